"""The lint: rules about the source that neither compiler nor clang-tidy knows."""
