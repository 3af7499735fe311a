package machine

import (
	"slices"
	"strconv"
)

// descriptor is what a number of a process has open.
type descriptor struct {
	open    bool
	to      outlet // where it leads
	cloexec bool
}

// outlet is what a descriptor leads to, as far as somebody may ask for it.
type outlet string

const (
	elsewhere outlet = ""  // a file, or what the script was started with
	captured  outlet = "$" // the substitution that is innermost where it was opened, by its depth
	nowhere   outlet = "0" // /dev/null
	piped     outlet = "|"
)

// descriptors are those that are open, by their numbers. They are never changed.
type descriptors struct {
	at   map[int]descriptor
	name string
}

func standard() *descriptors {
	d := &descriptors{}
	for fd := range 3 {
		d = d.with(fd, descriptor{open: true})
	}
	return d
}

func (d *descriptors) key() string {
	if d == nil {
		return ""
	}
	return d.name
}

func (d *descriptors) get(fd int) descriptor {
	if d == nil {
		return descriptor{}
	}
	return d.at[fd]
}

// free is the lowest number from some on that is not open.
func (d *descriptors) free(from int) int {
	for d.get(from).open {
		from++
	}
	return from
}

// with are the descriptors of which one is so.
func (d *descriptors) with(fd int, is descriptor) *descriptors {
	if d.get(fd) == is {
		return d
	}
	e := &descriptors{at: map[int]descriptor{}}
	numbers := []int{}
	if d != nil {
		for n, was := range d.at {
			if n != fd {
				e.at[n] = was
				numbers = append(numbers, n)
			}
		}
	}
	if is.open {
		e.at[fd] = is
		numbers = append(numbers, fd)
	}
	slices.Sort(numbers)
	var b []byte
	for _, n := range numbers {
		b = strconv.AppendInt(b, int64(n), 10)
		b = append(append(b, e.at[n].to...), ' ')
		if e.at[n].cloexec {
			b = append(b, 'x')
		}
	}
	e.name = string(b)
	return e
}
