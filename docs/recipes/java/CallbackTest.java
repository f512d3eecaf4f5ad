import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** A callback whose first attempt fails, without sleeping. EdgesEmulator.java stands beside it. */
class CallbackTest {
    /** By what name the emulator reaches this test: in a container it is host.docker.internal. */
    private static final String RECEIVER_HOST = System.getenv("RECEIVER_HOST");

    @Test
    void aCallbackThatFailedIsSentAgain(TestInfo test) throws Exception {
        List<String> bodies = new CopyOnWriteArrayList<>();
        String address = RECEIVER_HOST == null ? "127.0.0.1" : "0.0.0.0";
        HttpServer receiver = HttpServer.create(new InetSocketAddress(address, 0), 0);
        receiver.createContext("/hook", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(bodies.size() == 1 ? 503 : 200, -1);
            exchange.close();
        });
        receiver.start();
        try {
            String host = RECEIVER_HOST == null ? address : RECEIVER_HOST;
            String hook = "http://" + host + ":" + receiver.getAddress().getPort() + "/hook";
            EdgesEmulator.Workspace edges = EdgesEmulator.workspace(test.getDisplayName());
            edges.freeze("2026-01-01T00:00:00Z");
            String run = EdgesEmulator.text(edges.call("POST", "/v1/flows/linkedin-people-enrich/run/async",
                "{\"inputs\": [{}], \"callback\": {\"url\": \"" + hook + "\", \"on\": \"final\"}}"), "uid");

            edges.advance("2s"); // the run ends, and the callback is sent: advance() does not wait for the receiver
            edges.waitFor("run=" + run + "&attempts=1");
            edges.advance("5s"); // the second attempt is due
            edges.waitFor("run=" + run + "&callback=SUCCESS");

            assertEquals(2, bodies.size());
            assertEquals(bodies.get(0), bodies.get(1));
            assertEquals("SUCCEEDED", EdgesEmulator.text(bodies.get(1), "status"));
        } finally {
            receiver.stop(0);
        }
    }
}
