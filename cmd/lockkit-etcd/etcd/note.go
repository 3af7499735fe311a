package etcd

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
	"github.com/lockkit/lockkit/shellkit/report"
)

// note is what a key's value says of who put it there. etcdctl leaves it empty.
type note struct {
	Host    string `json:"host"`
	PID     int    `json:"pid"`
	Program string `json:"program"`
	Shared  bool   `json:"shared,omitempty"`
	Queued  int64  `json:"queued"`          // seconds since 1970
	Since   int64  `json:"since,omitempty"` // when it got the lock
}

func noteOf(wish flockcmd.Wish) note {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return note{Host: host, PID: wish.PID, Program: wish.Program, Shared: wish.Shared, Queued: time.Now().Unix()}
}

func (n note) text() string {
	text, err := json.Marshal(n)
	if err != nil { // a struct of numbers and strings can be written
		panic(err)
	}
	return string(text)
}

// readNote is the zero note where the value is none, as that of etcdctl.
func readNote(kv *mvccpb.KeyValue) (n note) {
	if json.Unmarshal(kv.Value, &n) != nil {
		return note{}
	}
	return n
}

// who is the end of a sentence about who stands in the way.
func (n note) who(kv *mvccpb.KeyValue) string {
	if n.Host == "" {
		return fmt.Sprintf(": lease %x, which says nothing of itself (etcdctl lock?)", kv.Lease)
	}
	s := fmt.Sprintf(": %s pid %d", n.Host, n.PID)
	if n.Program != "" {
		s += " (" + n.Program + ")"
	}
	if n.Since > 0 {
		s += " since " + moment(n.Since)
	}
	return report.Harmless(strings.ToValidUTF8(s, "?"))
}

// moment is a time of day, with the date before it where that is not within the last day.
func moment(seconds int64) string {
	at := time.Unix(seconds, 0)
	if age := time.Since(at); age < 0 || age >= 24*time.Hour {
		return at.Format(time.DateTime)
	}
	return at.Format(time.TimeOnly)
}
