package replay

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// dialects are those whose shells the model is held against.
var dialects = []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Mksh, source.Ksh, source.Yash, source.Ash}

// TestModelAgainstShells draws scripts and schedules, lets the model walk through
// them, and forces the same with real shells: exit statuses, inodes and locks are
// the same after every step. LOCKKIT_SCHEDULES says how many for each shell,
// LOCKKIT_SEED which, LOCKKIT_SCHEDULE that it is this one alone. The long run is
// LOCKKIT_SCHEDULES=2400 go test ./shellkit/replay -run ModelAgainstShells -timeout 0
func TestModelAgainstShells(t *testing.T) {
	count, seed := setting("LOCKKIT_SCHEDULES", 60), setting("LOCKKIT_SEED", 1)
	for _, d := range dialects {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			if _, err := Shell(d); err != nil {
				t.Skip(err)
			}
			total := tally{}
			for i := range count {
				if alone := os.Getenv("LOCKKIT_SCHEDULE"); alone != "" && alone != strconv.Itoa(i) {
					continue
				}
				r := rand.New(rand.NewSource(int64(seed*1_000_000 + i)))
				drawn := draw(t, r, d)
				if drawn == nil {
					total.empty++
					continue
				}
				if err := Run(context.Background(), drawn.schedule); err != nil {
					var unable *Unable
					if errors.As(err, &unable) {
						total.unable++
						t.Logf("schedule %d: %v", i, err)
						continue
					}
					t.Errorf("schedule %d: %v\n%s", i, err, drawn)
					total.differ++
					if total.differ >= 5 {
						t.Fatal("and so on")
					}
					continue
				}
				total.add(drawn)
			}
			t.Log(total)
			if total.agree < count*3/4 {
				t.Errorf("only %d of %d schedules were compared", total.agree, count)
			}
		})
	}
}

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// tally is what a series of schedules came to.
type tally struct {
	agree, differ, unable, empty          int
	steps, busy, kills, unlinked, signals int
	around                                int // signals that a shell around a frame caught
}

func (t *tally) add(d *drawn) {
	t.agree++
	for _, ev := range d.schedule.Events {
		switch {
		case ev.Kind == prove.Kill:
			t.kills++
		case ev.Kind == prove.Signal:
			t.signals++
			if strings.HasPrefix(ev.Effect, endsSubshell) {
				t.around++
			}
		case ev.Node != protocol.None:
			t.steps++
			if strings.HasPrefix(ev.Effect, "busy") {
				t.busy++
			}
			if strings.Contains(ev.Effect, "(deleted)") {
				t.unlinked++
			}
		}
	}
}

func (t tally) String() string {
	return fmt.Sprintf("%d schedules agree, %d differ, %d cannot be forced, %d without a step: %d steps, %d times busy, %d on or of a deleted inode, %d times kill -9, %d signals, %d of them caught around a subshell",
		t.agree, t.differ, t.unable, t.empty, t.steps, t.busy, t.unlinked, t.kills, t.signals, t.around)
}

// drawn is a script with a schedule of some runs of it.
type drawn struct {
	text     string
	protocol *protocol.Protocol
	schedule Schedule
}

func (d *drawn) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", d.text)
	for i, ev := range d.schedule.Events {
		hidden := ""
		if ev.Hidden {
			hidden = " (hidden)"
		}
		fmt.Fprintf(&b, "%2d %s n%d %s: %s%s\n", i, prove.Letter(ev.Process), ev.Node, ev.Op, ev.Effect, hidden)
	}
	if p, err := newPlan(d.schedule); err == nil {
		for number := 1; p.scripts != nil && number <= 4; number++ {
			if p.parent[number] == 0 {
				text, err := p.writer(number).text()
				fmt.Fprintf(&b, "--- %s runs (%v)\n%s", prove.Letter(number), err, text)
			}
		}
	}
	return b.String()
}

// draw makes a script of a dialect and a walk of the model through two or three runs
// of it; nil when the script does nothing to locks.
func draw(t testing.TB, r *rand.Rand, d source.Dialect) *drawn {
	g := generator{r: r, d: d, at: map[string]int{}}
	text := g.script()
	f, err := source.New("script", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := extract.Script(f, d, extract.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if !p.HasLocks() {
		return nil
	}
	scripts := []*protocol.Protocol{p}
	w := prove.NewWalk(scripts, make([]int, 2+r.Intn(2)), false)
	start := w.Start()
	var events []prove.Event
	for range 30 {
		choices := slices.DeleteFunc(w.Choices(), func(c prove.Choice) bool {
			return c.Kind == prove.Kill && r.Intn(8) != 0 || c.Kind == prove.Signal && r.Intn(3) != 0
		})
		if len(choices) == 0 {
			break
		}
		choice := choices[r.Intn(len(choices))]
		if of := asked(w, events, choices); len(of) > 1 {
			break // the kernel wakes all that wait, and nobody knows who comes first
		} else if len(of) == 1 {
			choice = of[0] // the kernel gives it what it waits for before anybody else can move
		}
		took := w.Take(choice)
		if d == source.Ksh && unsettled(events, took) {
			break
		}
		if choice.Kind == prove.Run && len(asked(w, events, []prove.Choice{choice})) > 0 && took[len(took)-1].Waits {
			break // it would have to ask anew, and the kernel lets it do so when it likes
		}
		events = append(events, took...)
	}
	if len(events) == 0 {
		return nil
	}
	return &drawn{text + "\n" + p.String(), p, Schedule{Scripts: scripts, Start: start, Events: events, own: ownText(text, p, start)}}
}

// unsettled tells whether an INT finds a ( ) of ksh93, or comes after another signal that
// has ended one. The first it takes in this or that way, unless it comes to the shell and
// its program in one call to the kernel; the other it blocks, which is a fault of its own
// that the model does not have.
func unsettled(events, took []prove.Event) bool {
	ended := func(ev prove.Event) bool { return strings.HasPrefix(ev.Effect, endsSubshell) }
	return slices.ContainsFunc(took, func(ev prove.Event) bool {
		return ev.Signal == "INT" && (ended(ev) || slices.ContainsFunc(events, func(old prove.Event) bool {
			return ended(old) && old.Process == ev.Process
		}))
	})
}

// endsSubshell is how the effect of a signal begins that a shell around frames catches.
const endsSubshell = "ends its subshell"

// asked lists the choices by which somebody who waits in a conversion gets the lock.
func asked(w *prove.Walk, events []prove.Event, choices []prove.Choice) (of []prove.Choice) {
	waits := map[int]bool{}
	for _, ev := range events {
		waits[ev.Process] = ev.Waits
	}
	for _, c := range choices {
		if c.Kind == prove.Run && waits[w.Process(c)] {
			of = append(of, c)
		}
	}
	return of
}

// ownText finds the script's own text of operations that are commands by
// themselves, with its names led into the private folder.
func ownText(text string, p *protocol.Protocol, start prove.Table) func(*prove.Event) string {
	var names []string
	for _, row := range start.Names {
		names = append(names, row.Path, place(row.Name))
	}
	mapped := strings.NewReplacer(names...)
	return func(ev *prove.Event) string {
		n := &p.Nodes[ev.Node]
		from, to := n.Span.Start.Offset, n.Span.End.Offset
		if to <= from || to > len(text) {
			return ""
		}
		switch n.Op {
		case protocol.Flock:
			if n.Mode&(protocol.Nonblock|protocol.Unlock) == 0 {
				return "" // what waits is to end by itself
			}
		case protocol.Claim:
			if n.Text != "mkdir" {
				return ""
			}
		case protocol.Remove, protocol.Rename, protocol.Test:
		default:
			return ""
		}
		own := mapped.Replace(text[from:to])
		if n.Op == protocol.Test {
			own = "[ " + own + " ]"
		}
		if strings.Contains(own, "/no/such/") {
			return "" // a name that is nothing to the model
		}
		if n.Op == protocol.Flock && handed(text[to:]) {
			own += text[to : to+5]
		}
		return own
	}
}

// handed tells whether a descriptor is handed to a program: " 9<&9".
func handed(text string) bool { return len(text) > 5 && text[2:4] == "<&" && text[1] == text[4] }

// generator writes scripts that do little but lock.
type generator struct {
	r     *rand.Rand
	d     source.Dialect
	depth int
	at    map[string]int // descriptor → how many groups around have a redirect of it
}

func (g *generator) pick(list ...string) string { return list[g.r.Intn(len(list))] }

func (g *generator) script() string {
	var b strings.Builder
	if g.r.Intn(2) == 0 {
		fmt.Fprintf(&b, "trap '%s' %s\n", g.pick("rmdir /no/such/d.lock; exit 1", "exit 1", "rm -f /no/such/n.lock", "flock -u 9"), g.pick("TERM", "INT TERM", "HUP", "EXIT", "EXIT TERM"))
	}
	fmt.Fprintf(&b, "exec 9%s/no/such/f.lock\n", g.pick(">>", ">", "<>"))
	fmt.Fprintf(&b, "exec 8%s/no/such/%s.lock\n", g.pick(">>", ">", "<>"), g.pick("f", "g"))
	fmt.Fprintf(&b, "flock -u 9\nflock -u 8\n") // both are locks
	for range 3 + g.r.Intn(6) {
		b.WriteString(g.statement())
		b.WriteByte('\n')
	}
	return b.String()
}

func (g *generator) body() string {
	g.depth++
	defer func() { g.depth-- }()
	out := g.statement()
	if g.r.Intn(2) == 0 {
		out += "\n" + g.statement()
	}
	return out
}

func (g *generator) statement() string {
	file := g.pick("/no/such/f.lock", "/no/such/g.lock")
	fd := g.pick("8", "9", "9")
	if g.depth < 2 && g.r.Intn(4) == 0 {
		switch g.r.Intn(10) {
		case 0:
			return fmt.Sprintf("if %s; then\n%s\nelse\n%s\nfi", g.flock(fd, "-n"), g.body(), g.body())
		case 1:
			return fmt.Sprintf("if [ -e %s ]; then\n%s\nfi", file, g.body())
		case 2:
			return fmt.Sprintf("if [ /dev/fd/%s -ef %s ]; then\n%s\nelse\n%s\nfi", fd, file, g.body(), g.body())
		case 3:
			return fmt.Sprintf("(\n%s%s\n)", g.body(), g.pick("", "\nwork"))
		case 4:
			return fmt.Sprintf("(\n%s%s\n) %s>>%s", g.body(), g.pick("", "\nwork"), fd, file)
		case 5:
			g.at[fd]++
			defer func() { g.at[fd]-- }()
			return fmt.Sprintf("{\n%s\n} %s>>%s", g.body(), fd, file)
		case 6:
			return fmt.Sprintf("(\n%s\n) &", g.body())
		case 7, 8:
			from, copied := g.pick("8", "9"), g.pick("7", "8", "9")
			g.at[copied]++
			defer func() { g.at[copied]-- }()
			inside := g.pick(g.flock(copied, "-n")+"\n", "sleep 60 &\n", "") + g.body()
			return fmt.Sprintf(g.pick("{\n%s\n} %s>&%s", "(\n%s\n) %s>&%s"), inside, copied, from)
		default:
			return fmt.Sprintf("if mkdir /no/such/d.lock; then\n%s\nrmdir /no/such/d.lock\nfi", g.body())
		}
	}
	switch g.r.Intn(18) {
	case 0, 1:
		return g.exec(fd, g.pick(">>", ">", "<>")+file)
	case 2:
		return g.exec("8", ">&9")
	case 3:
		return g.exec(fd, ">&-")
	case 4, 5, 6, 7:
		return g.flock(fd, g.pick("-n", "-n", "", "-s", "-s -n", "-x -n"))
	case 8:
		return g.flock(fd, "-u")
	case 9:
		return "rm -f " + file
	case 10:
		return "mv -f /no/such/f.lock /no/such/g.lock"
	case 11:
		return "( set -C; : >/no/such/n.lock ) || exit 1\nrm -f /no/such/n.lock"
	case 12:
		return "mkdir /no/such/d.lock || exit 1\n:" // not the last command: whose status is looked at has a process of its own
	case 13:
		return g.pick("rmdir /no/such/d.lock", "sleep 60 &", "wait")
	case 14:
		return g.pick("( exec work )", "sleep 60 "+fd+">&- &", "work "+fd+">&-")
	}
	return "work"
}

// exec is a redirect of a descriptor for good. In ksh93 it is left out where a group
// around has one of the same descriptor: behind ( { exec 9>b; } 9>a ) that shell goes
// on with a, which is a fault of its own that the model does not have.
func (g *generator) exec(fd, redirect string) string {
	if g.d == source.Ksh && g.at[fd] > 0 {
		return "work"
	}
	return "exec " + fd + redirect
}

// flock is a call of flock(1). ksh93 and mksh hand a descriptor of exec to it only
// where that is said.
func (g *generator) flock(fd, options string) string {
	call := strings.Join(strings.Fields("flock "+options+" "+fd), " ")
	if kshLike(g.d) && g.r.Intn(3) != 0 {
		call += fmt.Sprintf(" %s<&%s", fd, fd)
	}
	return call
}
