// Run it with go test.
package recipes

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"edges.test/recipes/edgestest"
)

func TestMain(m *testing.M) { os.Exit(edgestest.Main(m)) }

const run = "3c90c3cc-0d44-4b50-8888-8dd25736052a" // RUNNING in the fixture demo

// Your client stands here.
func cancel(t *testing.T, edges *edgestest.Workspace, run string) (int, map[string]any) {
	request, _ := http.NewRequest("POST", edges.BaseURL+"/flows/runs/"+run+"/cancel", http.NoBody)
	request.Header.Set("X-API-Key", edges.Key)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var body map[string]any
	_ = json.NewDecoder(reply.Body).Decode(&body)
	return reply.StatusCode, body
}

func TestCancelsARun(t *testing.T) {
	t.Parallel()
	edges := edgestest.New()
	edges.Wait(t, "idle=true") // the first call tells the page the name of the test
	status, reply := cancel(t, edges, run)
	if status != 200 || reply["status"] != "STOPPED" {
		t.Fatal(status, reply)
	}
	if status, reply = cancel(t, edges, run); status != 422 {
		t.Fatal(status, reply)
	}
}

func TestStartsAFlowAndSeesItSucceedWithoutWaiting(t *testing.T) {
	t.Parallel()
	edges := edgestest.New()
	edges.Freeze(t, "2026-01-01T00:00:00Z")
	started := edges.Call(t, "POST", "/v1/flows/linkedin-people-enrich/run/async", edgestest.Object{"inputs": []any{edgestest.Object{}}})
	edges.Advance(t, "1m")
	if reply := edges.Call(t, "GET", "/v1/flows/runs/"+started["uid"].(string), nil); reply["status"] != "SUCCEEDED" {
		t.Fatal(reply)
	}
}

func TestStartsAFlowOfItsOwn(t *testing.T) {
	t.Parallel()
	edges := edgestest.New()
	edges.Reset(t, edgestest.Object{"clock": "frozen"})
	edges.PutFlow(t, "mine", edgestest.Object{"plan": []edgestest.Object{{"after_ms": 100, "event": "START"}, {"after_ms": 500, "event": "FAIL"}}})
	started := edges.Call(t, "POST", "/v1/flows/mine/run/async", edgestest.Object{"inputs": []any{edgestest.Object{}}})
	edges.Advance(t, "600ms")
	if reply := edges.Call(t, "GET", "/v1/flows/runs/"+started["uid"].(string), nil); reply["status"] != "FAILED" {
		t.Fatal(reply)
	}
}

func TestSurvivesAnError(t *testing.T) {
	t.Parallel()
	edges := edgestest.New()
	edges.Fault(t, edgestest.Object{"operation": "cancelFlowRun", "times": 1, "effect": edgestest.Object{"status": 503}})
	run := edges.CreateRun(t, "QUEUED")
	first, _ := cancel(t, edges, run)
	second, _ := cancel(t, edges, run)
	if first != 503 || second != 200 {
		t.Fatal(first, second)
	}
	if calls := edges.Journal(t, "operation=cancelFlowRun"); len(calls) != 2 {
		t.Fatal(calls)
	}
}
