package prove

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// walked lets processes of one run act as order says ("A", or "C TERM" for a signal)
// and returns what each row did. Rows without an effect are left out.
func walked(t *testing.T, dialect, text, order string) string {
	t.Helper()
	p, err := told("protocol x " + dialect + "\npath p0 \"/a\" inode\npath p1 \"/b\" inode\n" + strings.TrimPrefix(text, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	w := NewWalk([]*protocol.Protocol{p}, []int{0}, false)
	var out []string
	for _, step := range strings.Split(order, ", ") {
		who, signal, _ := strings.Cut(step, " ")
		took := false
		for _, c := range w.Choices() {
			if took || c.Proc != who[0]-'A' || (c.Kind == Signal) != (signal != "") || c.Kind == Kill {
				continue
			}
			took = true
			for _, ev := range w.Take(c) {
				if ev.Effect != "" {
					out = append(out, fmt.Sprintf("%s %s: %s", Letter(ev.Process), ev.Op, ev.Effect))
				}
			}
		}
		if !took {
			out = append(out, who+" waits")
		}
	}
	return strings.Join(out, "\n")
}

// TestShells is about what one shell does and another one does not.
func TestShells(t *testing.T) {
	const (
		group = `
handlers h1 HUP=die INT=die TERM=run:n5<n0
n0 trap body=n5 "TERM" -> n1
n1 spawn body=n7 "(" -> n2 !h1
n2 remove path=p0 "rm" -> n3 !h1
n3 leave -> n4 !h1
n4 end !h1
n5 remove path=p1 "rm" -> n6
n6 resume
n7 work program "sleep" -> n8
n8 end`
		grandchild = `
n0 spawn body=n4 "(" -> n1
n1 wait -> n2
n2 create path=p0 -> n3
n3 end
n4 spawn body=n8 "sleep" -> n5
n5 wait -> n6
n6 create path=p1 -> n7
n7 end
n8 work program "sleep" -> n9
n9 end`
		frame = `
n0 spawn body=n5 "sleep" -> n1
n1 sub "( )" -> n2
n2 wait -> n3
n3 create path=p0 -> n4
n4 endsub body=n1 -> n6
n5 work program "sleep" -> n6
n6 end`
		unwound = `
handlers h1 HUP=die INT=die TERM=die EXIT<n0
n0 trap body=n7 "EXIT" -> n1
n1 open write append creat save scoped path=p0 fd=9 "9" -> n2 ? n3 !h1
n2 flock nb fd=9 -> n3 ? n3 !h1
n3 leave -> n4 !h1
n4 remove path=p0 "rm" -> n5
n5 leave -> n6
n6 end
n7 remove path=p0 "rm" -> n8
n8 leave -> n9
n9 end`
		inParent = `
n0 sub "( )" -> n1
n1 open write append creat scoped path=p0 fd=9 "9" -> n2 ? n4
n2 flock nb fd=9 -> n3 ? n4
n3 close fd=9 -> n4
n4 endsub body=n0 -> n5
n5 end`
		aside = `
n0 open write append creat path=p0 fd=9 "9" -> n1
n1 flock nb fd=9 -> n2
n2 open write append creat save scoped path=p1 fd=9 "9" -> n3
n3 spawn body=n6 "sleep" -> n4
n4 restore fd=9 body=n2 -> n5
n5 end
n6 work program "sleep" -> n7
n7 end`
		copied = `
n0 open write append creat cloexec path=p0 fd=9 "9" -> n1
n1 dup save scoped fd=8 from=9 -> n2 ? n4
n2 flock nb fd=8 -> n3
n3 restore fd=8 body=n1 -> n4
n4 end`
		ontoItself = `
n0 open write append creat path=p0 fd=9 "9" -> n1
n1 dup save scoped fd=9 from=9 -> n2 ? n5
n2 open write append creat path=p1 fd=9 "9" -> n3
n3 flock nb fd=9 -> n4
n4 restore fd=9 body=n1 -> n5
n5 end`
		without = `
n0 open write append creat path=p0 fd=9 "9" -> n1
n1 flock nb fd=9 -> n2
n2 spawn body=n4 "( cp; sleep 9>&- ) &" -> n3
n3 end
n4 work program "cp" -> n5
n5 work program exclude%s fd=9 "sleep" -> n6
n6 end`
		whileWaiting = `
handlers h1 HUP=die INT=die TERM=run:n5<n0
n0 trap body=n5 "TERM" -> n1
n1 spawn body=n7 "sleep" -> n2 !h1
n2 wait -> n3 !h1
n3 create path=p0 -> n4 !h1
n4 end !h1
n5 remove path=p1 "rm" -> n6
n6 resume
n7 work program "sleep" -> n8 !h2
handlers h2 HUP=ignore INT=ignore TERM=ignore
n8 end`
		around = `
handlers h1 HUP=die INT=die TERM=run:n8<n0
n0 trap body=n8 "TERM" -> n1
n1 sub "( )" -> n2 !h1
n2 open write append creat scoped path=p0 fd=9 "9" -> n3 ? n5
n3 flock nb fd=9 -> n4 ? n5
n4 work program "sleep" -> n5
n5 endsub body=n1 -> n6 !h1
n6 create path=p1 -> n7 !h1
n7 end
n8 remove path=p1 "rm" -> n9
n9 resume`
		bothTrap = `
handlers h1 HUP=die INT=die TERM=run:n8<n0
handlers h2 HUP=die INT=die TERM=run:n10<n2
n0 trap body=n8 "TERM" -> n1
n1 sub "( )" -> n2 !h1
n2 trap body=n10 "TERM" -> n3
n3 open write append creat path=p0 fd=9 "9" -> n4 ? n5 !h2
n4 flock nb fd=9 -> n13 ? n5 !h2
n5 endsub body=n1 -> n6 !h1
n6 create path=p1 -> n7 !h1
n7 end
n8 remove path=p1 "rm" -> n9
n9 resume
n10 remove path=p0 "rm" -> n11
n11 %s
n12 end
n13 work program "sleep" -> n14 !h2
n14 store path=p0 "echo" -> n5 !h2`
	)
	locked := "A open 9 /a: creates inode 1\nA flock -n 9: locks inode 1\n"
	for _, c := range []struct{ name, dialects, text, order, want string }{
		{"a signal to the group sets off the trap of who was about to act, and it acts then", "bash dash ksh", group, "A, A, B TERM, A, A, A",
			"B TERM: nothing catches it\nA TERM: its trap runs\nA rm /b: removes the name; inode 2 is gone\nA rm /a: removes the name; inode 1 is gone"},
		{"who waits does so for its own children", "bash ksh", grandchild, "A, B, B, C, C, B, B",
			"B waits\nB create /b: creates inode 1"},
		{"a frame has no children of before", "bash dash", frame, "A, A, A, A", "A create /a: creates inode 1"},
		{"but in ksh93 it has", "ksh", frame, "A, A, A", "A waits"},
		{"redirects stand while the EXIT trap runs", "bash zsh mksh yash", unwound, "A, A, A, A, A",
			locked + "A rm /a: removes the name; inode 1 (deleted) lives on"},
		{"but not in these", "sh dash ash ksh", unwound, "A, A, A, A, A",
			locked + "A leave: releases inode 1\nA rm /a: removes the name; inode 1 is gone"},
		{"a lock ends with the descriptor of a frame", "bash dash zsh ash", inParent, "A, A, A, A", locked + "A close 9: releases inode 1"},
		{"but not where the shell around has it too", "ksh mksh yash", inParent, "A, A, A, A, A", locked + "A endsub: releases inode 1"},
		{"a child has what a redirect hides", "bash dash ash", aside, "A, A, A, A, A, A", locked + "A open 9 /b: creates inode 2\nA end: B keeps inode 1 locked"},
		{"but not of these", "zsh ksh mksh yash", aside, "A, A, A, A, A, A", locked + "A open 9 /b: creates inode 2\nA end: releases inode 1"},
		{"a copy is not close-on-exec", "ksh mksh", copied, "A, A, A", "A open 9 /a: creates inode 1\nA flock -n 8: locks inode 1"},
		{"a descriptor copied onto itself is taken back", "zsh ksh yash", ontoItself, "A, A, A, A, A",
			"A open 9 /a: creates inode 1\nA open 9 /b: creates inode 2\nA flock -n 9: locks inode 2\nA restore: releases inode 2"},
		{"but not in these", "bash sh dash ash mksh", ontoItself, "A, A, A, A, A, A",
			"A open 9 /a: creates inode 1\nA open 9 /b: creates inode 2\nA flock -n 9: locks inode 2\nA end: releases inode 2"},
		{"a child becomes its last program, which does not have the lock", "bash sh dash zsh ksh ash", fmt.Sprintf(without, " inplace"), "A, A, A, B, B, A", locked + "A end: releases inode 1"},
		{"but these wait for it, and have the lock", "bash mksh yash", fmt.Sprintf(without, ""), "A, A, A, B, B, A", locked + "A end: B keeps inode 1 locked"},
		{"a trap ends a wait for children", "bash dash mksh ksh yash ash", whileWaiting, "A, A, A TERM, A, A, A",
			"A TERM: its trap runs\nA rm /b: removes the name; inode 1 is gone\nA create /a: creates inode 2"},
		{"but not in zsh where a program has run in it", "zsh", whileWaiting, "A, A, A TERM, A, A, A, B, B, A, A",
			"A TERM: its trap runs\nA rm /b: removes the name; inode 1 is gone\nA waits\nA waits\nA create /a: creates inode 2"},
		{"a subshell dies of a signal, and then the shell around it runs its trap", "bash dash zsh mksh yash ash", around, "A, A, A, A, A TERM, A, A, A",
			locked + "A TERM: ends its subshell, then its trap runs\nA endsub: releases inode 1\nA rm /b: it is not there\nA create /b: creates inode 2"},
		{"while its redirects still stand in ksh93", "ksh", around, "A, A, A, A, A TERM, A, A, A, A, A",
			locked + "A TERM: ends its subshell, then its trap runs\nA rm /b: it is not there\nA endsub: releases inode 1\nA create /b: creates inode 2"},
		{"a subshell that exits in its own trap does so before that of the shell around it", "bash ksh", fmt.Sprintf(bothTrap, "leave -> n12"), "A, A, A, A, A, A TERM, A, A, A, A, A",
			locked + "A TERM: its trap runs\nA rm /a: removes the name; inode 1 (deleted) lives on\nA end: releases inode 1\nA rm /b: it is not there\nA create /b: creates inode 2"},
		{"and one that goes on does all that it has to do before", "bash ksh", fmt.Sprintf(bothTrap, "resume"), "A, A, A, A, A, A TERM, A, A, A, A, A, A",
			locked + "A TERM: its trap runs\nA rm /a: removes the name; inode 1 (deleted) lives on\nA write /a: creates inode 2\nA endsub: releases inode 1\nA rm /b: it is not there\nA create /b: creates inode 3"},
	} {
		for _, dialect := range strings.Fields(c.dialects) {
			if got := walked(t, dialect, c.text, c.order); got != c.want {
				t.Errorf("%s: %s:\n%s\nwant:\n%s", dialect, c.name, got, c.want)
			}
		}
	}
}
