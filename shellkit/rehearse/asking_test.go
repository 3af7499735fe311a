package rehearse

import "testing"

func TestNeverIn(t *testing.T) {
	lock := func(result int64) event { return event{op: "lock", words: "flock -n 9", result: result} }
	ends := func(words string) event { return event{op: "end", words: words, result: 65} }
	work := event{op: "work", words: "copy"}
	tests := []struct {
		name string
		log  []event
		want bool
	}{
		{"nobody asks", []event{work}, false},
		{"the descriptor is not open", []event{lock(-9)}, true},
		{"flock is not understood", []event{ends("flock -n /run/a.lock")}, true},
		{"work before that is none under a lock", []event{work, ends("flock -n /run/a.lock")}, true},
		{"the failure is not heeded", []event{lock(-9), work}, false},
		{"somebody gets in", []event{lock(0), work, lock(-11)}, false},
		{"another program fails", []event{ends("copy")}, false},
		{"an unlock fails", []event{ends("flock -u 9")}, false},
	}
	for _, tt := range tests {
		var a asking
		a.follow(tt.log)
		if a.neverIn() != tt.want {
			t.Errorf("%s: %v", tt.name, a.neverIn())
		}
	}
}

// A name that is made up anew by each run is no lock; one that the next run meets is.
func TestClaimsAreMet(t *testing.T) {
	lone := []event{
		{op: "create", name: "/tmp/tmp.Exqf", flag: flagExclusive}, {op: "create", name: "/run/a.pid", flag: flagExclusive},
		{op: "unlink", name: "/tmp/tmp.Exqf"}, {op: "unlink", name: "/run/a.pid"},
	}
	for _, name := range []string{"/run/a.pid", "/tmp/tmp.Exqf"} {
		k := newKnowledge()
		k.learnAlone(&played{log: lone}, []event{{run: 1, op: "stat", name: name, result: -2}})
		if len(k.locks) != 1 || !k.locks[name] {
			t.Errorf("where the next run meets %s the locks are %v", name, k.names())
		}
	}
}

func TestOnlyWorks(t *testing.T) {
	nothing := []event{{op: "work", words: "idle"}, {op: "done"}, {op: "stat"}, {op: "end"}}
	if !onlyWorks(nothing) || onlyWorks(append(nothing, event{op: "create"})) {
		t.Error("what others can meet is not told apart from what they cannot")
	}
}
