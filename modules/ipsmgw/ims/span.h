/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A piece of somebody else's text: not NUL-terminated, never freed here. The
 * bodies in this folder are read and named with it.
 */
#ifndef IPSMGW_IMS_SPAN_H
#define IPSMGW_IMS_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct span
{
	const char *s;
	size_t len;
};

#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

/* The same text but for case. */
static inline bool span_is(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || strncasecmp(a.s, b.s, a.len) == 0);
}

/* Begins with it, but for case. */
static inline bool span_starts(struct span a, struct span prefix)
{
	return a.len >= prefix.len
		   && (prefix.len == 0 || strncasecmp(a.s, prefix.s, prefix.len) == 0);
}

/* Without the blanks (space, tab, CR, LF) on either side. */
static inline struct span span_trim(struct span a)
{
	while(a.len > 0 && strchr(" \t\r\n", a.s[0]) && a.s[0]) {
		a.s++;
		a.len--;
	}
	while(a.len > 0 && strchr(" \t\r\n", a.s[a.len - 1]) && a.s[a.len - 1])
		a.len--;
	return a;
}

/* Everything from position n on. */
static inline struct span span_skip(struct span a, size_t n)
{
	if(n > a.len)
		n = a.len;
	if(n == 0) /* s may be NULL */
		return a;
	return (struct span){a.s + n, a.len - n};
}

/* Position of c, or a.len. */
static inline size_t span_find(struct span a, char c)
{
	const char *p = a.len ? memchr(a.s, c, a.len) : NULL;
	return p ? (size_t)(p - a.s) : a.len;
}

#endif
