package program

import "github.com/lockkit/lockkit/shellkit/source"

// Word is a word as it is written.
type Word struct {
	Span  source.Span
	Raw   string
	Parts []Part
}

// PartKind says what a part of a word is.
type PartKind uint8

const (
	Text         PartKind = iota // written down
	Expansion                    // of a parameter
	Substitution                 // of what a command prints
	Calculation                  // $(( ))
	Process                      // <( ) and >( )
	Tilde                        // ~ and ~name at the beginning
	Strange                      // not understood
)

// Part is a part of a word.
type Part struct {
	Kind   PartKind
	Span   source.Span
	Raw    string
	Text   string // without its quotes
	Quoted bool   // neither split nor taken for a pattern
	Param  *Param
	Code   *Code
	Arith  *Arith
	// Reads is the file of $(<file), and Input of a <( ).
	Reads *Word
	// ID tells the parts of a program apart.
	ID int
}

// Literal returns the text of a word in which nothing is expanded.
func (w *Word) Literal() (text string, ok bool) {
	if w == nil {
		return "", false
	}
	for _, p := range w.Parts {
		if p.Kind != Text {
			return "", false
		}
		text += p.Text
	}
	return text, true
}

// Bare returns the text of a word that is written down without quotes.
func (w *Word) Bare() string {
	if w == nil || len(w.Parts) != 1 || w.Parts[0].Kind != Text || w.Parts[0].Quoted {
		return ""
	}
	return w.Parts[0].Text
}

// Only returns the parameter that a word consists of, where it is that and nothing else.
func (w *Word) Only() (name string, quoted bool) {
	if w == nil || len(w.Parts) != 1 || w.Parts[0].Kind != Expansion {
		return "", false
	}
	p := w.Parts[0]
	if p.Param.Op != Plain || p.Param.Index != nil || p.Param.All != 0 {
		return "", false
	}
	return p.Param.Name, p.Quoted
}

// ParamOp is what an expansion does with the value of its parameter.
type ParamOp uint8

const (
	Plain        ParamOp = iota
	Length               // ${#x}
	Default              // ${x:-word}
	AssignUnset          // ${x:=word}
	Fail                 // ${x:?word}
	Alternative          // ${x:+word}
	TrimPrefix           // ${x#word}
	TrimPrefixes         // ${x##word}
	TrimSuffix           // ${x%word}
	TrimSuffixes         // ${x%%word}
	Replace              // ${x/word/with}
	Slice                // ${x:from:count}
	ToUpper              // ${x^} and ${x^^}
	ToLower              // ${x,} and ${x,,}
	Indirect             // ${!x}
	Names                // ${!x*}
	IsSet                // zsh's ${+x}
	Other                // anything else
)

// Param is an expansion of a parameter.
type Param struct {
	Name  string
	Op    ParamOp
	Null  bool  // the colon: an empty one is as good as none
	All   byte  // '@' or '*' in the place of an index, and for $@ and $*
	Index *Word // ${x[index]}
	Word  *Word
	With  *Word // what Replace puts there
	Every bool  // of Replace: // ; of ToUpper and ToLower: the whole of it
	Start bool  // of Replace: only at the beginning
	End   bool
	From  *Arith
	Count *Arith
}

// Arith is an arithmetic expression.
type Arith struct {
	Op   string // "" for a word alone; "?:" has three operands; "++_" and "_++", "neg" for -x
	L, R *Arith
	C    *Arith
	Word *Word
	Raw  string
}

// Condition is what [[ ]] asks.
type Condition struct {
	Op      string // "!", "&&", "||", an operator, "" for a word alone, "?" for what is not understood
	L, R    *Condition
	X, Y    *Word
	Pattern bool // Y is a pattern
	Span    source.Span
	Raw     string
}
