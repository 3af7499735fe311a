package shell

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// IsParameter tells of the name of a positional parameter: 1, 10.
func IsParameter(name string) bool {
	n, ok := Number(name)
	return ok && n > 0
}

// VarsOf lists the names of variables that a piece of script expands.
func VarsOf(text string) []string {
	var out []string
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '$' {
			continue
		}
		j := i + 1
		for j < len(text) && (text[j] == '{' || text[j] == '(' || text[j] == '!' || text[j] == '#') {
			j++
		}
		k := j
		if j < len(text) && text[j] == '?' {
			out = append(out, "?")
			continue
		}
		for k < len(text) && (text[k] == '_' || text[k] >= '0' && text[k] <= '9' || text[k]|0x20 >= 'a' && text[k]|0x20 <= 'z') {
			k++
		}
		if k > j {
			out = append(out, text[j:k])
		}
	}
	return out
}

// CountName is how often a name stands in a text, and not as the beginning of another.
func CountName(text, name string) (n int) {
	for name != "" {
		i := strings.Index(text, name)
		if i < 0 {
			return n
		}
		text = text[i+len(name):]
		if text == "" || !isLetter(text[0]) {
			n++
		}
	}
	return n
}

// HasName tells whether a name stands in a text as a word.
func HasName(text, name string) bool {
	return strings.Contains(text, name) && slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n;&|(){}'\"`<>", r) }), name)
}

// Identifiers lists the pieces of a text that can be names, whatever stands between them.
func Identifiers(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return !IsNameRune(c) })
}

// IsNameRune tells whether a name of a variable may have that letter in it.
func IsNameRune(c rune) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// VariableOf is the variable of {fd}, and the index of {fds[0]} or {fds[name]}; nil where
// there is none.
func VariableOf(braced string) (name string, index syntax.ArithmExpr) {
	name, inside, indexed := strings.Cut(strings.Trim(braced, "{}"), "[")
	if indexed {
		index = &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: strings.Trim(strings.TrimSuffix(inside, "]"), "\"'")}}}
	}
	return name, index
}

// Number reads a decimal number that can be a descriptor.
func Number(s string) (int, bool) {
	if s == "" || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 32)
	return int(n), err == nil && n >= 0 && n < math.MaxInt32-1
}

// ExpandedName is the variable whose value stands at a dollar, and where that ends; ""
// where anything is done to it but to take each of a list.
func ExpandedName(raw string, dollar int) (name string, end int) {
	i := dollar + 1
	braced := i < len(raw) && raw[i] == '{'
	if braced {
		i++
	}
	end = i
	for end < len(raw) && IsNameRune(rune(raw[end])) {
		end++
	}
	if name = raw[i:end]; !syntax.ValidName(name) {
		return "", 0
	}
	if !braced {
		return name, end
	}
	for _, all := range []string{"}", "[@]}", "[*]}"} {
		if strings.HasPrefix(raw[end:], all) {
			return name, end + len(all)
		}
	}
	return "", 0
}
