/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Header lines, comma lists, name-addr and parameters: see header.h.
 */
#include "header.h"

/* Length of the line at the start of s with the lines folded onto it, without the last line break. */
static size_t folded_length(struct span s)
{
	size_t n = span_find(s, '\n');

	/* nothing is folded onto the empty line, whatever the body behind it begins with */
	if(span_trim((struct span){s.s, n}).len == 0)
		return n;
	while(n + 1 < s.len && (s.s[n + 1] == ' ' || s.s[n + 1] == '\t')) {
		struct span fold = span_skip(s, n + 1);

		fold.len = span_find(fold, '\n');
		if(span_trim(fold).len == 0)
			break;
		n += 1 + fold.len;
	}
	return n;
}

int header_next(struct span *name, struct span *value, struct span *rest)
{
	while(rest->len > 0) {
		size_t n = folded_length(*rest);
		struct span line = span_trim((struct span){rest->s, n});
		size_t colon = span_find(line, ':');

		*rest = span_skip(*rest, n + 1);
		if(line.len == 0)
			return -1;
		if(colon == line.len)
			continue;
		*name = span_trim((struct span){line.s, colon});
		*value = span_trim(span_skip(line, colon + 1));
		return 0;
	}
	return -1;
}

int header_element(struct span *element, struct span *rest)
{
	bool quoted = false, bracketed = false;
	size_t i;

	if(rest->len == 0)
		return -1;
	for(i = 0; i < rest->len; i++) {
		char c = rest->s[i];
		if(quoted) {
			if(c == '\\')
				i++;
			else if(c == '"')
				quoted = false;
		} else if(c == '"' && !bracketed) {
			quoted = true;
		} else if(c == '<') {
			bracketed = true;
		} else if(c == '>') {
			bracketed = false;
		} else if(c == ',' && !bracketed) {
			break;
		}
	}
	/* a backslash at the very end has stepped over it */
	*element = span_trim((struct span){rest->s, i < rest->len ? i : rest->len});
	*rest = span_skip(*rest, i + 1);
	return 0;
}

/* Position of c outside quotes, or s.len. */
static size_t find_unquoted(struct span s, char c)
{
	bool quoted = false;
	size_t i;

	for(i = 0; i < s.len; i++) {
		if(quoted && s.s[i] == '\\')
			i++;
		else if(s.s[i] == '"')
			quoted = !quoted;
		else if(s.s[i] == c && !quoted)
			return i;
	}
	return s.len;
}

void header_name_addr(
		struct span *uri, struct span *params, struct span element)
{
	size_t open;

	element = span_trim(element);
	open = find_unquoted(element, '<');
	if(open < element.len) {
		struct span in = span_skip(element, open + 1);
		size_t close = span_find(in, '>');

		*params = span_skip(in, close + 1);
		*params = span_skip(*params, span_find(*params, ';'));
		in.len = close < in.len ? close : 0;
		*uri = span_trim(in);
		return;
	}
	*uri = element;
	if(!span_starts(element, SPAN("tel:")))
		uri->len = span_find(element, ';');
	*params = span_skip(element, uri->len);
	*uri = span_trim(*uri);
}

/* Without the quotes around it. */
static struct span unquoted(struct span value)
{
	if(value.len >= 2 && value.s[0] == '"' && value.s[value.len - 1] == '"')
		return (struct span){value.s + 1, value.len - 2};
	return value;
}

int header_param(struct span *name, struct span *value, struct span *rest,
		char separator)
{
	while(rest->len > 0) {
		size_t n = find_unquoted(*rest, separator);
		struct span param = span_trim((struct span){rest->s, n});
		size_t eq = span_find(param, '=');

		*rest = span_skip(*rest, n + 1);
		if(param.len == 0)
			continue;
		*name = span_trim((struct span){param.s, eq});
		*value = unquoted(span_trim(span_skip(param, eq + 1)));
		return 0;
	}
	return -1;
}

int header_number(uint64_t *out, struct span text, uint64_t max)
{
	uint64_t n = 0;
	size_t i;

	text = span_trim(text);
	if(text.len == 0)
		return -1;
	for(i = 0; i < text.len; i++) {
		unsigned digit = (unsigned char)text.s[i] - (unsigned)'0';

		if(digit > 9)
			return -1;
		n = n > (max - digit) / 10 ? max : n * 10 + digit;
	}
	*out = n;
	return 0;
}
