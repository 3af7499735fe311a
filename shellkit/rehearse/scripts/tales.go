package scripts

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Tales is the first seed of a tale: a script that is written as a whole, for what no
// choice of parts leads to. Seeds below it make what they have always made.
const Tales uint64 = 1_000_000

// tale is a kind of whole script. What it tells it draws itself.
type tale struct {
	name   string
	cards  int
	shells []source.Dialect
	tell   func(*plan) told
}

// told is one telling: the text behind the questions of the head, what it sources, the
// rules it was made for, and what is known of it.
type told struct {
	body  []string
	files map[string]string
	codes []string
	Answer
}

// notClosing are the shells whose descriptors programs inherit.
var notClosing = []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Yash, source.Ash}

var tales = []tale{
	{"owner by content", 5, nil, (*plan).ownerByContent},
	{"whose it is", 5, nil, (*plan).whoseItIs},
	{"conversion", 5, nil, (*plan).conversion},
	{"becomes itself", 5, nil, (*plan).becomesItself},
	{"told, not done", 5, nil, (*plan).toldNotDone},
	{"another language", 5, nil, (*plan).anotherLanguage},
	{"much before", 5, nil, (*plan).muchBefore},
	{"settings not there", 5, nil, (*plan).settingsNotThere},
	{"name from a child", 5, nil, (*plan).nameFromChild},
	{"loser signals itself", 5, nil, (*plan).loserSignalsItself},
	{"own folder", 5, nil, (*plan).ownFolder},
	{"functions of texts", 5, nil, (*plan).functionsOfTexts},
	{"array of locks", 6, []source.Dialect{source.Bash, source.Zsh, source.Mksh, source.Ksh}, (*plan).arrayOfLocks},
	{"somewhere else", 6, nil, (*plan).somewhereElse},
	{"jobs by number", 6, nil, (*plan).jobsByNumber},
	{"trap in a subshell", 6, nil, (*plan).trapInSubshell},
	{"descriptor in a variable", 6, []source.Dialect{source.Bash}, (*plan).descriptorInVariable},
	{"clean-up that ends", 6, nil, (*plan).cleanupThatEnds},
	{"another group", 6, nil, (*plan).anotherGroup},
	{"something in it", 8, nil, (*plan).somethingInIt},
	{"by force", 5, nil, (*plan).byForce},
	{"flag as a command", 6, nil, (*plan).flagAsCommand},
	{"program in its place", 6, notClosing, (*plan).programInPlace},
	{"asks for itself", 6, nil, (*plan).asksForItself},
	{"second look", 6, []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Yash, source.Ash}, (*plan).secondLook},
	{"words of options", 6, splitting, (*plan).wordsOfOptions},
	{"module not there", 5, []source.Dialect{source.Zsh}, (*plan).moduleNotThere},
	{"many slots", 5, notClosing, (*plan).manySlots},
	{"rewritten under its lock", 6, nil, (*plan).rewrittenUnderLock},
	{"kept by nobody", 6, nil, (*plan).keptByNobody},
	{"two digits", 6, nil, (*plan).ownDigits},
	{"called like a builtin", 5, []source.Dialect{source.Bash, source.Zsh, source.Mksh, source.Yash}, (*plan).calledLikeABuiltin},
	{"turns of a loop", 6, []source.Dialect{source.Bash}, (*plan).turnsOfALoop},
	{"falls through", 5, []source.Dialect{source.Bash}, (*plan).fallsThrough},
	{"among locks", 6, nil, (*plan).amongLocks},
	{"made by a job", 5, nil, (*plan).madeByAJob},
	{"workers behind work", 5, nil, (*plan).workersBehindWork},
	{"part of a pipeline", 5, nil, (*plan).partOfAPipeline},
	{"jobs that share", 5, nil, (*plan).jobsThatShare},
	{"reaches out", 5, nil, (*plan).reachesOut},
	{"one name or another", 5, nil, (*plan).oneNameOrAnother},
	{"defined in a child", 5, nil, (*plan).definedInAChild},
	{"taken over", 5, nil, (*plan).takenOver},
	{"dies of its signal", 5, nil, (*plan).diesOfItsSignal},
	{"probed", 5, nil, (*plan).probed},
	{"names of bytes", 5, byBytes, (*plan).namesOfBytes},
}

// taleDeck holds each tale as often as it has cards.
func taleDeck() []*tale {
	var out []*tale
	for i := range tales {
		for range tales[i].cards {
			out = append(out, &tales[i])
		}
	}
	return out
}

// drawTale makes the plan of a seed that tells a tale.
func drawTale(seed uint64) *plan {
	deck := taleDeck()
	block, place := seed/uint64(len(deck)), seed%uint64(len(deck))
	t := deck[(&dice{state: block ^ 0x74616c65}).shuffled(len(deck))[place]]
	p := &plan{seed: seed, dice: &dice{state: seed*0x9e3779b97f4a7c15 + 2}, recipe: t.name, plain: true, input: "constant"}
	p.words = p.dice.vocabulary()
	shells := t.shells
	if shells == nil {
		shells = everyShell
	}
	p.shell = pick(p.dice, shells...)
	p.gate = pick(p.dice, "", "", "", "", "program", "quiet", "argument", "home", "told", "tool", "mode", "unset", "guarded")
	p.nounset = p.dice.chance(15)
	p.trapping = "plain"
	p.told = new(t.tell(p))
	return p
}

// tell chooses one telling and notes it among the parts.
func (p *plan) tell(tellings ...string) string {
	p.twist = pick(p.dice, tellings...)
	return p.twist
}

// taleKinds are the names of the tales.
func taleKinds() []string {
	var out []string
	for i := range tales {
		out = append(out, tales[i].name)
	}
	slices.Sort(out)
	return out
}
