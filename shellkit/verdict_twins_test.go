package shellkit

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Where there is no room for what a script does, both lint and prove say where.
func TestNoRoomHasAPlace(t *testing.T) {
	var text strings.Builder
	for _, name := range strings.Fields("a b c d e f g h i j k") {
		text.WriteString("exec 9>/srv/app/" + name + "\nflock 9\nwork\nexec 9>&-\n")
	}
	f, err := source.New("room.sh", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(f, source.Bash, nil)
	if err != nil {
		t.Fatal(err)
	}
	const line = 41 // where the eleventh is opened
	r := prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{Processes: 1})
	if !slices.ContainsFunc(r.Doubts, func(d prove.Doubt) bool { return d.Why == prove.NoRoom && d.Span.Start.Line == line }) {
		t.Errorf("prove does not say it: %v", r.Doubts)
	}
	found := Check(s)
	if !slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Rule.Code == "LK902" && f.Span.Start.Line == line }) {
		t.Errorf("lint does not say it: %v", found)
	}
}
