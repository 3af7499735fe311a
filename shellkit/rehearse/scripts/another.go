package scripts

import "strings"

// another is the text of a script that takes the first of this one's locks, in the plainest
// way, works and ends; "" where runs of this one alone meet at work.
func (p *plan) another() string {
	if p.twist != "same-descriptor" || p.keepsCopy() {
		return ""
	}
	lines := join([]string{"#!/bin/sh"}, p.assignments(), []string{
		"exec 9>>" + p.path(), "flock -n 9 || exit 1", "./" + p.words.jobs[1] + " --beside"})
	return strings.Join(lines, "\n") + "\n"
}
