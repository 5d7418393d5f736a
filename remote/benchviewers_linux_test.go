package remote

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// newPrivateKey is a viewer's key: its text for another process, and who has it.
func newPrivateKey(b *testing.B) (private string, signer gossh.Signer) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(key, "")
	if err != nil {
		b.Fatal(err)
	}
	if signer, err = gossh.NewSignerFromKey(key); err != nil {
		b.Fatal(err)
	}
	return string(pem.EncodeToMemory(block)), signer
}

// counted is a connection that counts what it reads.
type counted struct {
	net.Conn
	bytes, reads atomic.Int64
}

// Read implements [net.Conn].
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.bytes.Add(int64(n))
	c.reads.Add(1)
	return n, err
}

// benchViewer is a viewer in a process of their own.
type benchViewer struct {
	conn  *counted
	tab   string // the key that it began with
	input io.Writer
	shown chan time.Time // when the cursor was shown: only the prompt of the filter has one
}

// watchTab is the tab without a filter.
const watchTab = "8"

func newBenchViewer(order viewersOrder, number int) (*benchViewer, error) {
	signer, err := gossh.ParsePrivateKey([]byte(order.Key))
	if err != nil {
		return nil, err
	}
	plain, err := net.Dial("tcp", order.Addr)
	if err != nil {
		return nil, err
	}
	v := &benchViewer{conn: &counted{Conn: plain}, tab: order.Tabs[number%len(order.Tabs):][:1], shown: make(chan time.Time, 1)}
	transport, channels, requests, err := gossh.NewClientConn(v.conn, order.Addr, clientConfig(signer))
	if err != nil {
		return nil, err
	}
	session, err := gossh.NewClient(transport, channels, requests).NewSession()
	if err != nil {
		return nil, err
	}
	var output io.Reader
	if v.input, err = session.StdinPipe(); err != nil {
		return nil, err
	}
	if output, err = session.StdoutPipe(); err != nil {
		return nil, err
	}
	go v.read(output)
	err = errors.Join(session.Setenv("COLORTERM", "truecolor"), session.RequestPty("xterm-256color", 36, 120, gossh.TerminalModes{}), session.Shell())
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(v.input, v.tab)
	return v, err
}

// read takes what is drawn.
func (v *benchViewer) read(r io.Reader) {
	shows := []byte("\x1b[?25h")
	var kept []byte
	for p := make([]byte, 64<<10); ; {
		n, err := r.Read(p)
		if kept = append(kept, p[:n]...); bytes.Contains(kept, shows) {
			select {
			case v.shown <- time.Now():
			default:
			}
		}
		kept = append(kept[:0], kept[max(0, len(kept)-len(shows)+1):]...)
		if err != nil {
			return
		}
	}
}

// answer is how long it takes until the prompt is shown, which is closed again then.
func (v *benchViewer) answer() (time.Duration, error) {
	select {
	case <-v.shown:
	default:
	}
	began := time.Now()
	if _, err := io.WriteString(v.input, "/"); err != nil {
		return 0, err
	}
	select {
	case at := <-v.shown:
		_, err := io.WriteString(v.input, "\r")
		return at.Sub(began), err
	case <-time.After(patience):
		return 0, errors.New("there is no prompt")
	}
}

// TestViewersProcess is no test, but the process of the viewers of BenchmarkRemote: it does what it reads, until there is no
// more.
func TestViewersProcess(t *testing.T) {
	if os.Getenv(viewersVariable) == "" {
		t.Skip("is for BenchmarkRemote")
	}
	words, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	var order viewersOrder
	if err := words.Decode(&order); err != nil {
		t.Fatal(err)
	}
	all := make([]*benchViewer, order.N)
	var coming sync.WaitGroup
	for i := range all {
		coming.Go(func() {
			var err error
			if all[i], err = newBenchViewer(order, i); err != nil {
				t.Error(err)
			}
		})
		if i%8 == 7 {
			coming.Wait()
		}
	}
	coming.Wait()
	if t.Failed() {
		t.FailNow()
	}
	var begin viewersAnswer
	sum := func() (a viewersAnswer) {
		for _, v := range all {
			a.Bytes, a.Reads = a.Bytes+v.conn.bytes.Load(), a.Reads+v.conn.reads.Load()
		}
		return a
	}
	for word := ""; ; {
		var a viewersAnswer
		switch word {
		case "measure":
			begin = sum()
		case "tell":
			a = sum()
			a.Bytes, a.Reads = a.Bytes-begin.Bytes, a.Reads-begin.Reads
		case "keys":
			typing := slices.DeleteFunc(slices.Clone(all), func(v *benchViewer) bool { return v.tab == watchTab })
			for range benchKeys {
				if len(typing) == 0 {
					break
				}
				time.Sleep(time.Duration(50+rand.IntN(100)) * time.Millisecond)
				took, err := typing[rand.IntN(len(typing))].answer()
				if err != nil {
					t.Fatal(err)
				}
				a.Answers = append(a.Answers, took)
			}
			slices.Sort(a.Answers)
		}
		if err := answers.Encode(a); err != nil {
			t.Fatal(err)
		}
		if words.Decode(&word) != nil {
			os.Exit(0) // nobody is interested any more in what else is left of it
		}
	}
}
