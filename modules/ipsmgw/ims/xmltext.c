/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Texts out of small XML documents and into them: see xmltext.h.
 */
#include "xmltext.h"

#include <libxml/tree.h>

#include "../codec/utf8.h"

bool xmltext_is(const struct _xmlNode *node, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE
		   && strcmp((const char *)node->name, name) == 0;
}

static void put_octets(struct xmltext *to, const char *s, size_t len)
{
	if(len > to->cap - to->len) {
		to->full = true;
		return;
	}
	if(len > 0)
		memcpy(to->s + to->len, s, len);
	to->len += len;
}

struct span xmltext_content(struct xmltext *to, struct _xmlNode *node)
{
	xmlChar *value = xmlNodeGetContent(node);
	struct span in = {"", 0};
	size_t at = to->len;

	if(value)
		in = span_trim((struct span){
				(const char *)value, strlen((const char *)value)});
	put_octets(to, in.s, in.len);
	xmlFree(value);
	return (struct span){to->s + at, to->len - at};
}

void xmltext_put(struct xmltext *to, const char *markup)
{
	put_octets(to, markup, strlen(markup));
}

/* What XML 1.0 takes as a character, production 2. */
static bool is_character(uint32_t cp)
{
	if(cp < 0x20)
		return cp == '\t' || cp == '\n' || cp == '\r';
	return cp != 0xFFFE && cp != 0xFFFF;
}

static void put_character(
		struct xmltext *to, uint32_t cp, const char *s, size_t len)
{
	switch(cp) {
		case '&':
			xmltext_put(to, "&amp;");
			break;
		case '<':
			xmltext_put(to, "&lt;");
			break;
		case '>':
			xmltext_put(to, "&gt;");
			break;
		case '\r': /* a reader makes LF of it, if it is not escaped */
			xmltext_put(to, "&#13;");
			break;
		default:
			put_octets(to, s, len);
	}
}

void xmltext_put_element(struct xmltext *to, const char *name, struct span text)
{
	size_t n;
	uint32_t cp;

	if(text.len == 0)
		return;
	xmltext_put(to, "<");
	xmltext_put(to, name);
	xmltext_put(to, ">");
	for(; text.len > 0; text = span_skip(text, n)) {
		n = utf8_decode(&cp, text.s, text.len);
		if(n == 0 || !is_character(cp)) {
			to->full = true;
			return;
		}
		put_character(to, cp, text.s, n);
	}
	xmltext_put(to, "</");
	xmltext_put(to, name);
	xmltext_put(to, ">");
}
