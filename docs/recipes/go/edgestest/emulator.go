// Package edgestest is for tests against edges-emulator: one server for a test binary, a workspace of
// its own for each test.
//
//	func TestMain(m *testing.M) { os.Exit(edgestest.Main(m)) }
//
//	func TestCancel(t *testing.T) {
//		edges := edgestest.New()
//		client := yourclient.New(edges.BaseURL, edges.Key)
//
// With EDGES_EMULATOR_URL set, the server that runs there is used. Otherwise the program is started:
// EDGES_PROGRAM, or edges-emulator in the PATH. Standard library only.
package edgestest

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

var url string

// Main runs the tests of a package while a server runs, and gives their exit status.
func Main(m *testing.M) int {
	if running := os.Getenv("EDGES_EMULATOR_URL"); running != "" {
		url = strings.TrimSuffix(strings.TrimRight(running, "/"), "/v1")
		if err := check(); err != nil {
			fmt.Fprintf(os.Stderr, "no emulator answers at EDGES_EMULATOR_URL=%s: %v; start one there, or unset it\n", running, err)
			return 1
		}
	} else {
		server, err := start()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() {
			_ = server.Process.Signal(syscall.SIGTERM)
			_ = server.Wait()
		}()
	}
	return m.Run()
}

func check() error {
	reply, err := http.Get(url + "/_emulator/health")
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", reply.Status)
	}
	return nil
}

func start() (*exec.Cmd, error) {
	program := os.Getenv("EDGES_PROGRAM")
	if program == "" {
		program = "edges-emulator"
	}
	server := exec.Command(program, "--port", "0", "--log-level", "error")
	server.Stderr = os.Stderr
	for _, each := range os.Environ() {
		// The keys and settings of the developer (EDGES_...) are not for this server.
		if !strings.HasPrefix(each, "EDGES_") {
			server.Env = append(server.Env, each)
		}
	}
	stdout, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w; set EDGES_PROGRAM to its absolute path, or EDGES_EMULATOR_URL", program, err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if found := regexp.MustCompile(`listening on (\S+)`).FindStringSubmatch(lines.Text()); found != nil {
			url = found[1]
		}
		if lines.Text() == "Ready." {
			go func() { _, _ = io.Copy(io.Discard, stdout) }() // so that the pipe never fills
			return server, nil
		}
	}
	return nil, fmt.Errorf("%s ended before it was ready: %v", program, server.Wait())
}

// Workspace has a key of its own: nothing is shared with other tests.
type Workspace struct {
	URL     string // of a generated client, whose paths begin with /v1
	BaseURL string
	Key     string
}

// New makes a workspace.
func New() *Workspace {
	key := make([]byte, 16)
	_, _ = rand.Read(key)
	return &Workspace{URL: url, BaseURL: url + "/v1", Key: hex.EncodeToString(key)}
}

// Call is a call of the control API or of the API; body is nil or becomes JSON. It gives the status and
// the JSON of the reply, and ends the test when there is none.
func (w *Workspace) Call(t testing.TB, method, path string, body any) (int, map[string]any) {
	t.Helper()
	var sent io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, w.URL+path, sent)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-API-Key", w.Key)
	request.Header.Set("Emulator-Label", t.Name()) // the page shows the workspace by the name of the test
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var value map[string]any
	if err := json.NewDecoder(reply.Body).Decode(&value); err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, value
}
