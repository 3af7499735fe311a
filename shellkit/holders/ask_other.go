//go:build !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package holders

// Ask cannot answer here: the list of locks, where there is one, says more.
func Ask(string) (Answer, error) { return Answer{}, ErrUnsupported }
