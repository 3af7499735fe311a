package funcs

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// unfollowed are the engines that are no commands of a shell: builtins made of C, and
// a text for perl.
var unfollowed = []string{"builtin", "perl"}

// A proof is one use of the functions with one engine.
type proof struct {
	engine  string
	dialect source.Dialect
	use     *use
	prefix  string
	shell   string // which the proof is about, where it is not that of the functions
	finds   bool   // the engine is looked for; otherwise an earlier call has found it
	*followed
}

func (p *proof) String() string {
	in := ""
	if p.shell != "" {
		in = " in " + p.shell
	}
	return fmt.Sprintf("%s, with %s%s", p.use.short(p.prefix), p.engine, in)
}

// plan lists the uses to follow: in a shell that has no descriptor open but 0, 1 and 2,
// finds its programs in /usr/bin or /bin, and has no LOCKKIT_ON: the lock of several machines
// is none of the shell's. Nobody uses the locks with slots, which lockkit keeps apart.
func (v *validation) plan() {
	for _, engine := range v.engines() {
		if slices.Contains(unfollowed, engine) {
			v.unfollowed = append(v.unfollowed, engine)
			continue
		}
		all := len(v.proofs) == 0 && slices.Contains(engines, engine)
		for i := range uses {
			u := &uses[i]
			if u.in != "" && u.in != v.shell {
				continue
			}
			p := &proof{engine: engine, dialect: source.Dialect(v.shell), use: u, prefix: v.opt.Prefix}
			p.finds = u.finds == every || all && u.finds == first
			if u.by == trap && v.shell == "sh" {
				p.dialect, p.shell = source.Mksh, "mksh"
			}
			if all || u.by == every {
				v.proofs = append(v.proofs, p)
			}
		}
	}
}

// follow walks the scripts in which the functions are used.
func (v *validation) follow() {
	atOnce(v.proofs, func(p *proof) {
		p.followed = follow(v.file.Name, v.calling(p), p.dialect)
		_, _ = p.script() // what is wrong with it is said where it is read
	})
}

// followed is a script in which functions are used; each of its questions is worked
// out once.
type followed struct {
	script func() (*shellkit.Script, error)
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
	for _, p := range v.proofs {
		if wrong := p.use.wrong(p.known().Protocol); wrong != "" {
			v.say("bodies", Failed, "%s: %s", wrong, p)
			return
		}
	}
	atOnce(v.proofs, func(p *proof) { p.result() })
	var with []string
	for _, p := range v.proofs {
		if broken := p.broken(); broken != nil {
			v.say("bodies", Failed, "violated: %s: %s", broken.Property, p)
			return
		}
		if !slices.Contains(with, p.engine) {
			with = append(with, p.engine)
		}
	}
	for _, p := range v.proofs {
		if missing := p.use.missing(p.known().Protocol); missing != "" {
			v.say("bodies", Unknown, "%s: it is not seen to come to %s", p, missing)
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

// broken is a promise about the lock that is broken, or nil. What is done to the root
// directory proves an engine and keeps nobody out of anything.
func (p *proof) broken() *prove.Violation {
	for _, v := range p.result().Violations {
		if v.Lock == lockPath || v.Property != prove.Exclusion && v.Property != prove.Entry {
			return &v
		}
	}
	return nil
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
	fmt.Fprintf(&text, "PATH=/usr/bin LOCKKIT_ENGINE=%s LOCKKIT_ON=''\n", p.engine)
	if p.shell != "" {
		fmt.Fprintf(&text, "KSH_VERSION=%s\n", p.shell)
	}
	text.Write(stamps().ReplaceAll(v.text, []byte("#")))
	text.WriteString("\n" + commands)
	text.WriteString(internal + p.prefix + "has_slots() { return 1; }\n")
	if !p.finds {
		text.WriteString(found(p.engine, p.prefix))
	}
	text.WriteString(p.use.script(p.prefix) + "\n")
	return text.Bytes()
}
