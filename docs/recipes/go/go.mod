module edges.test/recipes

go 1.19
