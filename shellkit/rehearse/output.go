package rehearse

import (
	"io"
	"os"
	"sync"
)

// most is how much of what a run prints is kept.
const most = 1 << 16

// An output collects what a run prints. It reads on when it has enough, so that no run
// waits for a reader.
type output struct {
	from *os.File
	mu   sync.Mutex
	text []byte
	done chan struct{}
}

func collect(from *os.File) *output {
	o := &output{from: from, done: make(chan struct{})}
	go func() {
		defer close(o.done)
		buf := make([]byte, 4096)
		for {
			n, err := from.Read(buf)
			o.mu.Lock()
			if len(o.text) < most {
				o.text = append(o.text, buf[:n]...)
			}
			o.mu.Unlock()
			if err == io.EOF || err != nil {
				return
			}
		}
	}()
	return o
}

// close waits for the end of the text, which comes when nobody can write any more.
func (o *output) close() {
	<-o.done
	o.from.Close()
}
