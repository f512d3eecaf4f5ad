import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** JUnit 5. EdgesEmulator.java stands beside it. */
class CancelTest {
    private static final String RUN = "3c90c3cc-0d44-4b50-8888-8dd25736052a"; // RUNNING in the fixture demo

    /** Your client stands here. */
    private static HttpResponse<String> cancel(EdgesEmulator.Workspace edges, String run) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(edges.baseUrl + "/flows/runs/" + run + "/cancel"))
            .header("X-API-Key", edges.key).POST(HttpRequest.BodyPublishers.noBody()).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void cancelsARun(TestInfo test) throws Exception {
        EdgesEmulator.Workspace edges = EdgesEmulator.workspace(test.getDisplayName());
        edges.waitFor("idle=true"); // the first call tells the page the name of the test
        HttpResponse<String> reply = cancel(edges, RUN);
        assertEquals(200, reply.statusCode());
        assertEquals("STOPPED", EdgesEmulator.text(reply.body(), "status"));
        assertEquals(422, cancel(edges, RUN).statusCode());
    }

    @Test
    void startsAFlowAndSeesItSucceedWithoutWaiting(TestInfo test) throws Exception {
        EdgesEmulator.Workspace edges = EdgesEmulator.workspace(test.getDisplayName());
        edges.freeze("2026-01-01T00:00:00Z");
        String run = EdgesEmulator.text(edges.call("POST", "/v1/flows/linkedin-people-enrich/run/async", "{\"inputs\": [{}]}"), "uid");
        edges.advance("1m");
        assertEquals("SUCCEEDED", EdgesEmulator.text(edges.call("GET", "/v1/flows/runs/" + run, null), "status"));
    }

    @Test
    void startsAFlowOfItsOwn(TestInfo test) throws Exception {
        EdgesEmulator.Workspace edges = EdgesEmulator.workspace(test.getDisplayName());
        edges.freeze(null);
        edges.putFlow("mine", "{\"plan\": [{\"after_ms\": 100, \"event\": \"START\"}, {\"after_ms\": 500, \"event\": \"FAIL\"}]}");
        String run = EdgesEmulator.text(edges.call("POST", "/v1/flows/mine/run/async", "{\"inputs\": [{}]}"), "uid");
        edges.advance("600ms");
        assertEquals("FAILED", EdgesEmulator.text(edges.call("GET", "/v1/flows/runs/" + run, null), "status"));
    }

    @Test
    void survivesAnError(TestInfo test) throws Exception {
        EdgesEmulator.Workspace edges = EdgesEmulator.workspace(test.getDisplayName());
        edges.fault("{\"operation\": \"cancelFlowRun\", \"times\": 1, \"effect\": {\"status\": 503}}");
        String run = edges.createRun("QUEUED");
        assertEquals(503, cancel(edges, run).statusCode());
        assertEquals(200, cancel(edges, run).statusCode());
        edges.waitFor("run=" + run + "&status=STOPPED");
        edges.waitFor("journal=2&exactly=true&operation=cancelFlowRun");
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        EdgesEmulator.Workspace edges = EdgesEmulator.workspace(null);
        EdgesEmulator.Refused refused = assertThrows(EdgesEmulator.Refused.class, () -> edges.fault("{\"effect\": {\"staus\": 503}}"));
        assertEquals(400, refused.status);
        assertTrue(refused.getMessage().contains("did you mean"), refused.getMessage());
    }
}
