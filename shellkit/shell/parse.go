package shell

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Parse reads text in the dialect. What lockkit init printed into it is left out:
// calls of its functions are operations of the protocol. Quotes that mean nothing are too.
func Parse(name string, text []byte, d source.Dialect) (*syntax.File, error) {
	file, err := Read(name, text, d)
	if err == nil {
		ownFunctions(file, text)
		unquote(file, text)
		if Of(d).SetsArrays {
			assignArrays(file)
		}
	}
	return file, err
}

// Read reads text in the dialect. A script for sh that needs more than POSIX is
// read as bash, because /bin/sh is often more than dash and what is meant is plain.
// Offsets in the tree are those of the text, whatever had to be mended to read it.
func Read(name string, text []byte, d source.Dialect, options ...syntax.ParserOption) (*syntax.File, error) {
	of := Of(d)
	text = mended(text, of)
	file, err := treeOf(name, text, of.Variant, options)
	for err != nil {
		simpler, ok := withoutArithmetic(text, err)
		if !ok && !of.DocumentsEnd {
			simpler, ok = withEnd(text, err)
		}
		if !ok {
			break
		}
		text = simpler
		file, err = treeOf(name, text, of.Variant, options)
	}
	if v := of.Variant; err != nil && (v == syntax.LangPOSIX || v == syntax.LangMirBSDKorn) {
		if file, err := treeOf(name, text, syntax.LangBash, options); err == nil {
			if of.AndRedirects {
				return file, nil
			}
			if apart, ok := backgrounds(file, text); ok {
				return Read(name, apart, d, options...)
			}
			return file, nil
		}
	}
	if err != nil {
		return nil, syntaxError(name, err)
	}
	return file, nil
}

// tree parses text, and fails where that, or a walk through the tree, would take
// more stack than there is.
func tree(name string, text []byte, variant syntax.LangVariant, options []syntax.ParserOption) (*syntax.File, error) {
	from := guarded(text)
	file, err := syntax.NewParser(append(options, syntax.Variant(variant))...).Parse(from, name)
	if err == nil && tooDeep(file, text) {
		err = &deepError{line: 1}
	}
	if err == nil && variant == syntax.LangZsh {
		zshLengths(file)
		nameAnonymous(file)
	}
	return file, err
}
