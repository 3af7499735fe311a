package protocol

import (
	"strings"
	"testing"
)

const rotation = `protocol "rotate.sh" bash
path p0 "/tmp/rotate.lock" exists
handlers h1 HUP=die INT=run:n8<n1 TERM=run:n8<n1 EXIT<n1
n0 test path=p0 "-f" -> n6 ? n1 @21:4-21:20
n1 trap body=n8 "EXIT INT TERM" -> n2 @22:1-22:9
n2 create path=p0 -> n3 !h1 @24:1-24:17 %24:7-24:17
n3 work program "terraform" -> n4 ? n6 !h1 @30:1-30:10#"lib.sh"
n4 remove path=p0 "rm" -> n5 !h1
n5 leave -> n7 !h1
n6 remove path=p0 "rm" -> n5 !h1
n7 end
n8 remove path=p0 "rm" -> n9
n9 end
unknown "eval of a value that is not known" @40:1-40:5
site modelled "touch" "" @24:1-24:17
site dead "flock" "behind exit" @33:1-33:9
site nolock "mkdir" "nobody stays away when it is there" @3:1-3:9
site unclear call "take_lock" "it may be a function of locks.sh" @39:1-39:10
site unclear "eval" "eval of a value that is not known" @40:1-40:5
`

func TestPrintParse(t *testing.T) {
	p, err := Parse(rotation)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.String(); got != rotation {
		t.Errorf("printed again:\n%s\nwant:\n%s", got, rotation)
	}
	if err := Sanity(p); err != nil {
		t.Error(err)
	}
}

func TestSanityFindsFaults(t *testing.T) {
	head := "protocol x bash\npath p0 \"/l\" data\n"
	for name, c := range map[string]struct{ nodes, want string }{
		"edge to nowhere":  {"n0 work -> n7", "edge to n7"},
		"missing operand":  {"n0 flock -> n1\nn1 end", "operand is missing"},
		"missing path":     {"n0 remove path=p3\nn1 end", "p3 is not there"},
		"unreachable node": {"n0 end\nn1 end", "n1 end: nothing leads here"},
		"frame mismatch":   {"n0 work\nn1 endsub body=n0\nn2 end", "body n0 is work"},
		"handlers missing": {"n0 work !h4\nn1 end", "h4 are not there"},
		"no reason":        {"n0 end\nsite dead \"flock\" \"\"", "why is"},
		"not modelled":     {"n0 work @1:1-1:5\nn1 end\nsite modelled \"flock\" \"\" @2:1-2:5", "no node stands there"},
		"not said":         {"n0 end\nsite unclear \"flock\" \"odd\" @2:1-2:5", "nothing is said to be unknown"},
	} {
		p, err := Parse(head + c.nodes)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := Sanity(p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Sanity says %v, want %q", name, err, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{
		"n1 work", "n0 fly", "n0 work zzz", "path p1 x data", "site odd \"a\" \"b\"", "site dead", "path p0 x water",
		"n0 work ->", "n0 work @1:2", `n0 work "open`, "handlers h1 USR1=die", "protocol x",
	} {
		if _, err := Parse(text); err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
			t.Errorf("Parse(%q) = %v, want an error on line 1", text, err)
		}
	}
}
