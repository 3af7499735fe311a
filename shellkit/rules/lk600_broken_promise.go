package rules

import "github.com/lockkit/lockkit/shellkit/diag"

// brokenPromise is found by who explores the script: package shellkit.
var brokenPromise = &Rule{
	Rule: diag.Rule{
		Code: "LK600", Slug: "broken-promise", Level: diag.Error,
		Title: "runs of the script can break a promise of its lock",
	},
	Breaks: []Property{Any},
}
