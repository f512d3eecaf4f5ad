import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** JUnit 5. EdgesEmulator.java stands beside it. */
class CancelTest {
    private static final String RUN = "3c90c3cc-0d44-4b50-8888-8dd25736052a"; // RUNNING in the fixture demo

    @Test
    void cancelsARun(TestInfo test) throws Exception {
        EdgesEmulator.Workspace edges = EdgesEmulator.workspace(test.getDisplayName());
        HttpResponse<String> reply = edges.call("POST", "/v1/flows/runs/" + RUN + "/cancel", null);
        assertEquals(200, reply.statusCode());
        assertTrue(reply.body().contains("\"status\":\"STOPPED\""), reply.body());
        assertEquals(422, edges.call("POST", "/v1/flows/runs/" + RUN + "/cancel", null).statusCode());
    }

    @Test
    void survivesAnError(TestInfo test) throws Exception {
        EdgesEmulator.Workspace edges = EdgesEmulator.workspace(test.getDisplayName());
        edges.call("POST", "/_emulator/faults", "{\"operation\": \"cancelFlowRun\", \"times\": 1, \"effect\": {\"status\": 503}}");
        assertEquals(503, edges.call("POST", "/v1/flows/runs/" + RUN + "/cancel", null).statusCode());
        assertEquals(200, edges.call("POST", "/v1/flows/runs/" + RUN + "/cancel", null).statusCode());
    }
}
