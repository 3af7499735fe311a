package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// maybe is an answer, where there is one.
type maybe struct{ truth, known bool }

var yes, no, undecided = maybe{true, true}, maybe{false, true}, maybe{}

// isSet answers whether a parameter is set. What only the environment could set is not, but
// where the script insists on it.
func (x *expander) isSet(q *program.Param, v Value, insists bool) maybe {
	fact, asked := x.s.facts[isSetFact+v.Key]
	switch {
	case v.Unset:
		return no
	case v.Known:
		return yes
	case asked:
		return maybe{fact, true}
	case x.s.facts[notEmpty+v.Key]:
		return yes
	case q.Index != nil:
		return undecided
	case shell.IsParameter(q.Name):
		return x.isGiven(q.Name)
	}
	if _, has := x.s.lookup(q.Name); !has && v.Input && isName(q.Name) {
		if insists || isOwnVariable(q.Name) {
			return undecided
		}
		return no
	}
	if strings.Contains(v.Key, mark+"some ") && !v.Filled {
		return undecided
	}
	return yes
}

// isSetFact begins the question whether a parameter is set.
const isSetFact = "set"

// isGiven answers whether there are so many positional parameters.
func (x *expander) isGiven(name string) maybe {
	i, _ := shell.Number(name)
	if i <= x.s.params.sure() {
		return yes
	}
	switch b := x.bounds(x.s.params.count()); {
	case b.low >= int64(i):
		return yes
	case b.high < int64(i):
		return no
	}
	return undecided
}

// isFilled answers whether something stands in a parameter.
func (x *expander) isFilled(q *program.Param, v Value, insists bool) maybe {
	truth, asked := x.s.facts[notEmpty+v.Key]
	switch {
	case v.Unset || v.blank():
		return no
	case v.Known:
		return yes
	case asked:
		return maybe{truth, true}
	}
	set := x.isSet(q, v, insists)
	if set == no || set == yes && v.full() {
		return set
	}
	return undecided
}

// chosen is what an expansion comes to that goes by whether its parameter is set.
func (x *expander) chosen(p *program.Part, v Value) piece {
	q := p.Param
	insists := q.Op == program.Fail
	there, fact := x.isSet(q, v, insists), isSetFact+v.Key
	if q.Null {
		there, fact = x.isFilled(q, v, insists), notEmpty+v.Key
	}
	return x.choice(p, there, fact, v, func() piece {
		if v.Unset {
			v = empty
		}
		if q.Null {
			v.Filled = true
		}
		return piece{value: v, quoted: p.Quoted, splits: true}
	})
}

// choice is one or the other side of an expansion that chooses; plain is the parameter.
func (x *expander) choice(p *program.Part, there maybe, fact string, v Value, plain func() piece) piece {
	q := p.Param
	if there == undecided {
		if q.Op != program.Fail && x.isSimple(p) {
			return x.either(p, v)
		}
		x.asks(p, fact, v)
		return piece{}
	}
	switch {
	case q.Op == program.Alternative && there == yes:
		return x.word(p)
	case q.Op == program.Alternative:
		return piece{value: empty, quoted: p.Quoted, splits: true}
	case there == yes:
		return plain()
	case q.Op == program.Fail:
		if x.joined(q.Word); !x.stopped() {
			x.over = &outcome{next: x.unsetEnds(true)}
		}
		return piece{}
	}
	out := x.word(p)
	if q.Op == program.AssignUnset && !x.stopped() {
		out = x.assignsDefault(p, out)
	}
	return out
}

// asks makes a question of a choice; the step is made again behind it.
func (x *expander) asks(p *program.Part, fact string, values ...Value) {
	n := node(protocol.Choose, p.Span)
	n.Text, n.Mode = short(p.Raw), why(values...)
	x.over = &outcome{node: &n, next: x.s.answer(fact, true), otherwise: x.s.answer(fact, false)}
}

// why is the mode of a question about values.
func why(values ...Value) protocol.Mode {
	mode := openness(values...)
	if mode == 0 {
		mode = counts(values...)
	}
	return mode
}

// isSimple tells whether both sides of a choice are one word that does nothing.
func (x *expander) isSimple(p *program.Part) bool {
	q := p.Param
	if q.Word == nil {
		return p.Quoted || q.Op != program.Alternative
	}
	for i := range q.Word.Parts {
		part := &q.Word.Parts[i]
		switch {
		case part.Kind == program.Substitution, part.Kind == program.Process, part.Kind == program.Strange, assigns(part):
			return false
		case part.Kind == program.Expansion && part.Param.All != 0:
			return false
		case part.Kind == program.Text && !part.Quoted && strings.ContainsAny(part.Text, " \t\n*?["):
			return false
		case part.Kind == program.Expansion && !part.Quoted && x.m.facts(x.s).SplitsWords:
			return false
		}
	}
	return p.Quoted || q.Op != program.Alternative
}

// either is the value of a choice that is open.
func (x *expander) either(p *program.Part, v Value) piece {
	q := p.Param
	w := x.joined(q.Word)
	if x.stopped() {
		return piece{}
	}
	operation := map[program.ParamOp]string{program.Default: "-", program.AssignUnset: "-", program.Alternative: "+"}[q.Op]
	if q.Null {
		operation = ":" + operation
	}
	d := derived(p.Raw, operation, v, w)
	d.Private, d.Number = v.Private && w.Private, v.Number && isNumber(w)
	d.Filled = q.Op != program.Alternative && w.full() && (q.Null || v.full())
	out := piece{value: d, quoted: p.Quoted, splits: true}
	if q.Op == program.AssignUnset {
		out = x.assignsDefault(p, out)
	}
	return out
}

// word is what the word of an expansion comes to that chooses it: one value, or several
// words where its own quotes say so.
func (x *expander) word(p *program.Part) piece {
	w := p.Param.Word
	pieces := x.pieces(w)
	if x.stopped() {
		return piece{}
	}
	splits := x.m.facts(x.s).SplitsWords && !p.Quoted
	plain, quoted := true, true
	for i := range pieces {
		if raw := w.Parts[i].Raw; p.Quoted && w.Parts[i].Kind == program.Text && len(raw) > 1 && raw[0] == '\'' { // it is no quote here
			if strings.ContainsAny(raw, "$`\\") {
				return x.strange(p)
			}
			pieces[i].value = Literal(raw)
		}
		pieces[i].quoted = pieces[i].quoted || p.Quoted
		pieces[i].splits = true
		plain = plain && !pieces[i].isList
		quoted = quoted && pieces[i].quoted
	}
	switch {
	case len(pieces) == 0:
		return piece{value: empty, quoted: p.Quoted, splits: true}
	case len(pieces) == 1:
		if !plain || pieces[0].quoted || splits {
			return pieces[0]
		}
		return piece{value: pieces[0].value, splits: true}
	case plain && (quoted || !splits || !anyQuoted(pieces)):
		v := empty
		for _, one := range pieces {
			v = v.with(one.value)
		}
		return piece{value: v, quoted: quoted, splits: true}
	}
	b := x.splitter(nil)
	for _, one := range pieces {
		b.add(one)
	}
	b.end()
	return piece{list: b.out, isList: true, quoted: true}
}

func anyQuoted(pieces []piece) bool {
	for _, p := range pieces {
		if p.quoted {
			return true
		}
	}
	return false
}

// assignsDefault is ${x:=word} where the word is chosen.
func (x *expander) assignsDefault(p *program.Part, out piece) piece {
	q := p.Param
	v := out.value
	if out.isList {
		v = x.joinedList(out.list)
	}
	v.Unset = false
	was, _ := x.s.lookup(q.Name)
	switch {
	case !isName(q.Name), was.Constant:
		x.m.unknown(p.Span, "an assignment to %s by an expansion", q.Name)
	case q.Index != nil:
		index := x.indexOf(q.Name, q.Index)
		if x.stopped() {
			return piece{}
		}
		x.s = x.m.assignElement(x.s, q.Name, index, v)
	default:
		x.s = x.m.assign(x.s, q.Name, v)
		v = x.variable(q.Name)
	}
	return piece{value: v, quoted: p.Quoted, splits: true}
}

// answered is 1 or 0 for an answer.
func (x *expander) answered(p *program.Part, answer maybe, v Value) Value {
	switch answer {
	case yes:
		return Literal("1")
	case no:
		return Literal("0")
	}
	d := derived(p.Raw, "isset", v)
	d.Number = true
	return d
}

// ownVariables are set by every shell that has them, or by some.
var ownVariables = shell.SetOf(`HOME USER LOGNAME PATH SHELL PWD OLDPWD TERM HOSTNAME HOST HOSTTYPE MACHTYPE OSTYPE VENDOR CPUTYPE UID EUID GID EGID
	GROUPS USERNAME PPID RANDOM SRANDOM SECONDS LINENO OPTIND OPTARG OPTERR IFS PS1 PS2 PS3 PS4 COLUMNS LINES SHLVL SHELLOPTS DIRSTACK PIPESTATUS REPLY
	FUNCNAME FUNCNEST EPOCHSECONDS EPOCHREALTIME ENV FPATH CDPATH MANPATH TTY TRY_BLOCK_ERROR KSH_VERSION YASH_VERSION`)

// isOwnVariable tells of a name that a shell may have set before a script begins, whatever
// it is given.
func isOwnVariable(name string) bool {
	return ownVariables[name] || strings.HasPrefix(name, "BASH") || strings.HasPrefix(name, "ZSH")
}
