package machine

import (
	"math"
	"strconv"
	"strings"
)

// factOf names a comparison so that it and its opposite have one name.
func factOf(op string, a, b Value) (fact string, positive bool) {
	switch op {
	case "=", "==":
		return "=" + a.Key + "\x01" + b.Key, true
	case "!=":
		return "=" + a.Key + "\x01" + b.Key, false
	case "-eq":
		return "-eq" + a.Key + "\x01" + b.Key, true
	case "-ne":
		return "-eq" + a.Key + "\x01" + b.Key, false
	case "-lt", "<":
		return "-lt" + a.Key + "\x01" + b.Key, true
	case "-ge", ">=":
		return "-lt" + a.Key + "\x01" + b.Key, false
	case "-gt", ">":
		return "-lt" + b.Key + "\x01" + a.Key, true
	case "-le", "<=":
		return "-lt" + b.Key + "\x01" + a.Key, false
	}
	return "", false
}

// integer reads a number as shells write it.
func integer(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == text
}

func number(n int64) Value { return Literal(strconv.FormatInt(n, 10)) }

// nameless tells of values whose key does not tell them apart: how two commands have ended
// is not the same because both have failed, nor is what a clock says twice.
func nameless(values ...Value) bool {
	for _, v := range values {
		if strings.Contains(v.Key, failure.Key) || strings.Contains(v.Key, someStatus.Key) ||
			v.Private && !v.Known && !v.Fresh && v.Spawn == 0 && !isOwn(v) {
			return true
		}
	}
	return false
}

// interval is the numbers that a value may be.
type interval struct{ low, high int64 }

// bounds is what is known of a number.
func (x *expander) bounds(v Value) interval {
	if n, ok := integer(v.Text); ok && v.Known {
		return interval{n, n}
	}
	b := interval{math.MinInt64, math.MaxInt64}
	if v.Nonzero {
		b = interval{1, 255}
	}
	if v.Spawn != 0 {
		b.low = 1
	}
	if n, ok := countOf(v.Key); ok {
		b.low = max(0, n)
	}
	if nameless(v) {
		return b
	}
	for fact, truth := range x.s.facts {
		b = b.learned(fact, truth, v)
	}
	return b
}

// countOf is how many parameters there are at least where a key is that of $#.
func countOf(key string) (int64, bool) {
	text, ok := strings.CutPrefix(key, mark+"count")
	if !ok {
		return 0, false
	}
	text, _, _ = strings.Cut(text, "(")
	n, ok := integer(text)
	return n, ok
}

// learned is what a number may be where a comparison of it has come out so. That something
// is not less may also mean that it is no number.
func (b interval) learned(fact string, truth bool, v Value) interval {
	if !truth && !v.Number {
		return b
	}
	for _, op := range []string{"-lt", "-eq", "="} {
		rest, ok := strings.CutPrefix(fact, op)
		if !ok {
			continue
		}
		if text, ok := strings.CutPrefix(rest, v.Key+"\x01"); ok {
			if n, ok := integer(text); ok {
				return b.compared(op, n, truth)
			}
		}
		if text, ok := strings.CutSuffix(rest, "\x01"+v.Key); ok {
			if n, ok := integer(text); ok {
				return b.comparedWith(op, n, truth)
			}
		}
	}
	return b
}

// compared is for the number on the left, comparedWith for the one on the right.
func (b interval) compared(op string, n int64, truth bool) interval {
	switch {
	case op != "-lt":
		return b.equal(n, truth)
	case truth:
		b.high = min(b.high, n-1)
	default:
		b.low = max(b.low, n)
	}
	return b
}

func (b interval) comparedWith(op string, n int64, truth bool) interval {
	switch {
	case op != "-lt":
		return b.equal(n, truth)
	case truth:
		b.low = max(b.low, n+1)
	default:
		b.high = min(b.high, n)
	}
	return b
}

func (b interval) equal(n int64, truth bool) interval {
	switch {
	case truth:
		return interval{max(b.low, n), min(b.high, n)}
	case b.low == n:
		b.low++
	case b.high == n:
		b.high--
	}
	return b
}

// decided answers a comparison of numbers, where what is known does.
func (x *expander) decided(op string, a, b Value) maybe {
	if fact, positive := factOf(op, a, b); !nameless(a, b) {
		if truth, ok := x.s.facts[fact]; ok {
			return maybe{truth == positive, true}
		}
	}
	if a.Key == b.Key && !nameless(a) {
		return maybe{op == "-eq" || op == "-le" || op == "-ge", true}
	}
	switch op {
	case "-ne", "-ge", "-le":
		opposite := x.decided(map[string]string{"-ne": "-eq", "-ge": "-lt", "-le": "-gt"}[op], a, b)
		return maybe{opposite.known && !opposite.truth, opposite.known}
	case "-gt":
		return x.decided("-lt", b, a)
	}
	l, r := x.bounds(a), x.bounds(b)
	switch {
	case op == "-lt" && l.high < r.low:
		return yes
	case op == "-lt" && l.low >= r.high:
		return no
	case op == "-eq" && (l.high < r.low || r.high < l.low):
		return no
	case op == "-eq" && l.low == l.high && r == l:
		return yes
	}
	return undecided
}
