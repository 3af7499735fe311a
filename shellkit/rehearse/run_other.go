//go:build !linux || !(amd64 || arm64)

package rehearse

import "context"

func run(context.Context, Script, Options) (*Report, error) {
	return nil, cannot("it needs Linux on amd64 or arm64")
}

func force(context.Context, []Script, *course, Options) (*Forced, error) {
	return nil, cannot("it needs Linux on amd64 or arm64")
}

// Serve does the part of a rehearsal's helper process; there are none here.
func Serve([]string) (code int, ours bool) { return 0, false }
