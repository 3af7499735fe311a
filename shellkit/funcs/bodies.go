package funcs

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A use is a script in which the bodies of the functions are explored, with PREFIX
// where the public names have one. work and left are programs, leave a function that
// leaves a child behind.
type use struct {
	text  string
	every bool    // for every engine; the others for the first that waits by itself: engines differ in how they lock alone
	does  []thing // what the functions must come to, or the proof is none
}

// A thing is what is done to the lock or under it.
type thing string

const (
	locks   thing = "lock"
	works   thing = "work"
	leaves  thing = "leave a child"
	unlocks thing = "unlock"
	removes thing = "remove"
)

var uses = []use{
	{"PREFIXwith_lock -n /run/x work", true, []thing{locks, works, unlocks}},
	{"leave() { left & }\nPREFIXwith_lock -n /run/x leave", true, []thing{locks, leaves, unlocks}},
	{"PREFIXwith_lock /run/x work", false, []thing{locks, works, unlocks}},
	{"PREFIXlock_fd 9 /run/x || exit\nwork", false, []thing{locks, works}},
	{"PREFIXlock_fd -n 9 /run/x || exit\nwork\nPREFIXunlock -r 9", false, []thing{locks, works, unlocks, removes}},
	{"exec 9>/run/x\nPREFIXlock_fd -n 9 || exit\nleft &\nwork\nPREFIXunlock 9", false, []thing{locks, leaves, works, unlocks}},
}

// missing returns what the functions do not come to in a use, or "".
func (u *use) missing(p *protocol.Protocol) thing {
	done := map[thing]bool{}
	for i := range p.Nodes {
		switch n := &p.Nodes[i]; {
		case n.Op == protocol.Flock && n.Mode.Has(protocol.Unlock):
			done[unlocks] = true
		case n.Op == protocol.Flock:
			done[locks] = true
		case n.Op == protocol.Remove:
			done[removes] = true
		case n.Op == protocol.Work && n.Text == "work":
			done[works] = true
		case n.Op == protocol.Work && n.Text == "left":
			done[leaves] = true
		}
	}
	for _, thing := range u.does {
		if !done[thing] {
			return thing
		}
	}
	return ""
}

// unfollowed are the engines that are no commands of a shell: builtins made of C, and
// a text for perl.
var unfollowed = []string{"builtin", "perl"}

// A proof is one use of the functions with one engine.
type proof struct {
	engine  string
	dialect source.Dialect
	use     *use
	text    string // that of the use, with its prefix
	*followed
}

func (p *proof) String() string {
	return fmt.Sprintf("%s, with %s", strings.Join(strings.Split(p.text, "\n"), "; "), p.engine)
}

// plan lists the uses to follow: in a shell that has no descriptor open but 0, 1 and 2
// and finds its programs in /usr/bin or /bin.
func (v *validation) plan() {
	for _, engine := range v.engines() {
		if slices.Contains(unfollowed, engine) {
			v.unfollowed = append(v.unfollowed, engine)
			continue
		}
		all := len(v.proofs) == 0 && slices.Contains(engines, engine)
		for i := range uses {
			if u := &uses[i]; all || u.every {
				v.proofs = append(v.proofs, &proof{engine: engine, dialect: source.Dialect(v.shell), use: u, text: strings.ReplaceAll(u.text, "PREFIX", v.opt.Prefix)})
			}
		}
	}
}

// follow walks the scripts in which the functions are used.
func (v *validation) follow() {
	atOnce(v.proofs, func(p *proof) {
		p.followed = follow(v.file.Name, v.calling(p), p.dialect)
		if _, err := p.script(); err == nil {
			p.found()
		}
	})
}

// followed is a script in which functions are used; each of its questions is worked
// out once.
type followed struct {
	script func() (*shellkit.Script, error)
	found  func() []diag.Finding
	result func() prove.Result
}

// seen has what was followed, by dialect and text: many scripts carry the same
// functions.
var seen sync.Map

func follow(name string, text []byte, d source.Dialect) *followed {
	f := &followed{}
	f.script = sync.OnceValues(func() (*shellkit.Script, error) {
		file, err := source.New(name, text)
		if err != nil {
			return nil, err
		}
		s := &shellkit.Script{File: file, Dialect: d}
		s.Protocol, err = extract.Script(file, d, extract.Options{Exact: true})
		return s, err
	})
	f.found = sync.OnceValue(func() []diag.Finding { return shellkit.Check(f.known()) })
	f.result = sync.OnceValue(func() prove.Result { return explore(f.known()) })
	same, _ := seen.LoadOrStore([2]string{string(d), string(text)}, f)
	return same.(*followed)
}

// known is the script of one that parses.
func (f *followed) known() *shellkit.Script {
	s, _ := f.script()
	return s
}

// bodies explores the functions themselves, in the scripts that use them.
func (v *validation) bodies() {
	if len(v.proofs) == 0 {
		v.say("bodies", Unknown, "not followed: %s", strings.Join(v.unfollowed, ", "))
		return
	}
	atOnce(v.proofs, func(p *proof) { p.result() })
	var with []string
	for _, p := range v.proofs {
		if r := p.result(); r.Verdict == prove.Violated {
			v.say("bodies", Failed, "violated: %s: %s", r.Violations[0].Property, p)
			return
		}
		if unlocked(p.known().Protocol, "/run/x") {
			v.say("bodies", Failed, "the work is done without the lock: %s", p)
			return
		}
		if !slices.Contains(with, p.engine) {
			with = append(with, p.engine)
		}
	}
	for _, p := range v.proofs {
		if missing := p.use.missing(p.known().Protocol); missing != "" {
			v.say("bodies", Unknown, "%s: it is not seen to %s", p, missing)
			return
		}
		if r := p.result(); r.Verdict == prove.Unknown {
			v.say("bodies", Unknown, "%s: %s", p, r.Doubts[0].Why)
			return
		}
	}
	text := fmt.Sprintf("prove: hold for %d runs, with %s", prove.DefaultProcesses, strings.Join(with, ", "))
	if len(v.unfollowed) > 0 {
		text += "; not followed: " + strings.Join(v.unfollowed, ", ")
	}
	v.say("bodies", Passed, "%s", text)
}

// engines lists the engines that the functions try.
func (v *validation) engines() []string {
	if v.opt.Engine != "" {
		return []string{v.opt.Engine}
	}
	return dialects[v.shell].engines(v.opt)
}

// atOnce does something with each proof, with as many at once as there are processors.
func atOnce(proofs []*proof, do func(*proof)) {
	var all sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, p := range proofs {
		all.Go(func() {
			free <- struct{}{}
			do(p)
			<-free
		})
	}
	all.Wait()
}

// calling is a script that has the functions and uses them, without the stamp by which
// they are recognised and taken at their word.
func (v *validation) calling(p *proof) []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "PATH=/usr/bin LOCKKIT_ENGINE=%s\n", p.engine)
	text.Write(stamps.ReplaceAll(v.text, []byte("#")))
	fmt.Fprintf(&text, "\n%s\n", p.text)
	return text.Bytes()
}
