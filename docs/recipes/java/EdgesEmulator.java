import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tests against edges-emulator: one server for a test run, a workspace of its own for each test.
 *
 * <pre>
 * EdgesEmulator.Workspace edges = EdgesEmulator.workspace(test.getDisplayName()); // of a TestInfo of JUnit
 * YourClient client = new YourClient(edges.baseUrl, edges.key);
 * </pre>
 *
 * With EDGES_EMULATOR_URL set, the server that runs there is used. Otherwise the program is started:
 * EDGES_PROGRAM, or edges-emulator in the PATH. Java 11 or later, no dependencies.
 */
public final class EdgesEmulator {
    private static String url;

    private EdgesEmulator() {}

    /** A workspace with a new key: nothing is shared with other tests. The page shows it by the label. */
    public static synchronized Workspace workspace(String label) throws IOException, InterruptedException {
        if (url == null) {
            String running = System.getenv("EDGES_EMULATOR_URL");
            url = running != null && !running.isEmpty() ? check(running) : start();
        }
        return new Workspace(url, UUID.randomUUID().toString(), label);
    }

    private static String check(String running) throws IOException, InterruptedException {
        String found = running.replaceAll("(/v1)?/*$", "");
        String reason;
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(found + "/_emulator/health")).build();
            int status = Workspace.CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status == 200) return found;
            reason = "it answers " + status;
        } catch (IOException | IllegalArgumentException error) {
            reason = error.toString();
        }
        throw new IOException("no emulator answers at EDGES_EMULATOR_URL=" + running + ": " + reason + "; start one there, or unset it");
    }

    private static String start() throws IOException, InterruptedException {
        String program = System.getenv().getOrDefault("EDGES_PROGRAM", "edges-emulator");
        ProcessBuilder builder = new ProcessBuilder(program, "--port", "0", "--log-level", "error");
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        // The keys and settings of the developer (EDGES_...) are not for this server.
        builder.environment().keySet().removeIf(name -> name.startsWith("EDGES_"));
        Process server;
        try {
            server = builder.start();
        } catch (IOException error) {
            String way = "; set EDGES_PROGRAM to its absolute path, or EDGES_EMULATOR_URL";
            throw new IOException("cannot start " + program + ": " + error.getMessage() + way, error);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroy));
        BufferedReader stdout = new BufferedReader(new InputStreamReader(server.getInputStream()));
        String found = null;
        for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
            Matcher listening = Pattern.compile("listening on (\\S+)").matcher(line);
            if (listening.find()) found = listening.group(1);
            if (line.equals("Ready.")) {
                Thread reader = new Thread(() -> stdout.lines().forEach(each -> {})); // so that the pipe never fills
                reader.setDaemon(true);
                reader.start();
                return found;
            }
        }
        throw new IOException(program + " ended with exit status " + server.waitFor() + " before it was ready");
    }

    public static final class Workspace {
        private static final HttpClient CLIENT = HttpClient.newHttpClient();
        /** Of a generated client, whose paths begin with /v1. */
        public final String url;
        public final String baseUrl;
        public final String key;
        private final String label;

        Workspace(String url, String key, String label) {
            this.url = url;
            this.baseUrl = url + "/v1";
            this.key = key;
            this.label = label.replaceAll("[^ -~]", "?");
        }

        /** A call of the control API or of the API; body is JSON, or null. */
        public HttpResponse<String> call(String method, String path, String body) throws IOException, InterruptedException {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).header("X-API-Key", key).header("Emulator-Label", label);
            if (body == null) request.method(method, HttpRequest.BodyPublishers.noBody());
            else request.header("Content-Type", "application/json").method(method, HttpRequest.BodyPublishers.ofString(body));
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
