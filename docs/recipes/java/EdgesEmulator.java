import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
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
 * EDGES_PROGRAM, or edges-emulator in the PATH, with the options in the system property edges.options, such as
 * "--coverage coverage.json". Java 17 or later, no dependencies. Copy it into a package of yours.
 */
public final class EdgesEmulator {
    private static String url;

    private EdgesEmulator() {}

    /** A workspace with a new key: nothing is shared with other tests. The page shows it by the label, if that is not null. */
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
        List<String> command = new ArrayList<>(List.of(program, "--port", "0", "--log-level", "error", "--stop-with-stdin"));
        for (String option : System.getProperty("edges.options", "").split(" ")) {
            if (!option.isEmpty()) command.add(option);
        }
        ProcessBuilder builder = new ProcessBuilder(command);
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

    /** The first member of this name that is a string: text("{\"uid\": \"...\"}", "uid"). For more, use a JSON library. */
    public static String text(String json, String name) {
        Matcher member = Pattern.compile("\"" + Pattern.quote(name) + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        return member.find() ? member.group(1).replaceAll("\\\\(.)", "$1") : null;
    }

    /** A call that was not answered with 2xx: its message says why, and what to do. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        public final int status;
        /** The JSON of the error. */
        public final String body;

        Refused(String call, HttpResponse<String> reply) {
            super(call + ": " + reply.statusCode() + " " + text(reply.body(), "message")
                + reply.headers().firstValue("Emulator-Hint").map(hint -> " (" + hint + ")").orElse(""));
            status = reply.statusCode();
            body = reply.body();
        }
    }

    /** Bodies, replies and rules are JSON. */
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
            this.label = label == null ? "" : label.replaceAll("[^ -~]", "?");
        }

        /** A call of the control API or of the API: its JSON, or a Refused. Without a body, it is null. */
        public String call(String method, String path, String body) throws IOException, InterruptedException {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).header("X-API-Key", key);
            if (!label.isEmpty()) request.header("Emulator-Label", label);
            if (body == null) request.method(method, HttpRequest.BodyPublishers.noBody());
            else request.header("Content-Type", "application/json").method(method, HttpRequest.BodyPublishers.ofString(body));
            HttpResponse<String> reply = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (reply.statusCode() / 100 != 2) throw new Refused(method + " " + path, reply);
            return reply.body();
        }

        /** Back to the start: reset("{\"fixture\": \"empty\", \"clock\": \"2026-01-01T00:00:00Z\"}"), or reset("{}"). */
        public String reset(String start) throws IOException, InterruptedException {
            return call("POST", "/_emulator/reset", start);
        }

        /** Freezes the clock at an instant such as "2026-01-01T00:00:00Z", or with null where it is. */
        public String freeze(String now) throws IOException, InterruptedException {
            return call("PUT", "/_emulator/clock", "{\"mode\": \"frozen\"" + (now == null ? "" : ", \"now\": \"" + now + "\"") + "}");
        }

        /** Advances the frozen clock by a duration such as "1h", and tells what happened. */
        public String advance(String by) throws IOException, InterruptedException {
            return call("POST", "/_emulator/clock/advance", "{\"by\": \"" + by + "\"}");
        }

        /** Adds a fault rule: fault("{\"operation\": \"cancelFlowRun\", \"times\": 1, \"effect\": {\"status\": 503}}"). */
        public String fault(String rule) throws IOException, InterruptedException {
            return call("POST", "/_emulator/faults", rule);
        }

        /** Waits, at most 5 s: waitFor("run=" + run + "&status=STOPPED"), waitFor("idle=true"). */
        public String waitFor(String condition) throws IOException, InterruptedException {
            return call("GET", "/_emulator/wait?timeout=5s&" + condition, null);
        }

        /** The requests that came, oldest first: journal("operation=cancelFlowRun"). */
        public String journal(String filter) throws IOException, InterruptedException {
            return call("GET", "/_emulator/journal?" + filter, null);
        }

        /** The callbacks of runs, oldest first, with their attempts: callbacks("run=" + run). */
        public String callbacks(String filter) throws IOException, InterruptedException {
            return call("GET", "/_emulator/callbacks?" + filter, null);
        }

        /** Makes or replaces a flow: putFlow("mine", "{\"plan\": [{\"after_ms\": 500, \"event\": \"FINISH\"}]}"). */
        public String putFlow(String slug, String flow) throws IOException, InterruptedException {
            return call("PUT", "/_emulator/flows/" + slug, flow);
        }

        /** Makes a run with this status: its uid. */
        public String createRun(String status) throws IOException, InterruptedException {
            return text(call("POST", "/_emulator/runs", "{\"status\": \"" + status + "\"}"), "uid");
        }
    }
}
