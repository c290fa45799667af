/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * XML from the network into a libxml2 tree: see xmldoc.h.
 */
#include "xmldoc.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

/* No document type is ever read, so there is nothing to load; these say it once more. */
#define OPTIONS                                                \
	(XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING \
			| XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT)

/* libxml2 compares each attribute of a tag with each other one */
#define MAX_ATTRIBUTES 256

void xmldoc_init(void)
{
	LIBXML_TEST_VERSION
	xmlInitParser();
}

void xmldoc_cleanup(void)
{
	xmlCleanupParser();
}

/* What the callbacks share; the context's _private. */
struct reader
{
	enum xmldoc_error error;
	int depth;
};

static void on_element(void *data, const xmlChar *name, const xmlChar *prefix,
		const xmlChar *uri, int namespaces_len, const xmlChar **namespaces,
		int attributes_len, int defaulted, const xmlChar **attributes)
{
	xmlParserCtxtPtr ctxt = data;
	struct reader *reader = ctxt->_private;

	if(++reader->depth > XMLDOC_MAX_DEPTH) {
		reader->error = XMLDOC_TOO_DEEP;
		xmlStopParser(ctxt);
		return;
	}
	xmlSAX2StartElementNs(ctxt, name, prefix, uri, namespaces_len, namespaces,
			attributes_len, defaulted, attributes);
}

static void on_element_end(void *data, const xmlChar *name,
		const xmlChar *prefix, const xmlChar *uri)
{
	struct reader *reader = ((xmlParserCtxtPtr)data)->_private;

	reader->depth--;
	xmlSAX2EndElementNs(data, name, prefix, uri);
}

/* The first error is the last one: a document of 64 kB can hold as many, and libxml2 writes a message for each, in which
 * it copies what it has read. Not by xmlStopParser(), which frees the text that the caller still looks at. */
static void on_error(void *data, xmlErrorPtr error)
{
	xmlParserCtxtPtr ctxt = data;

	if(error->level < XML_ERR_FATAL)
		return;
	ctxt->instate = XML_PARSER_EOF;
	ctxt->disableSAX = 2;
}

static bool contains(struct span text, struct span what)
{
	size_t i = 0;

	while(i + what.len <= text.len) {
		struct span rest = span_skip(text, i);
		size_t n = span_find(rest, what.s[0]);

		if(n + what.len > rest.len)
			return false;
		if(memcmp(rest.s + n, what.s, what.len) == 0)
			return true;
		i += n + 1;
	}
	return false;
}

/* Each attribute has a "=", and "<" stands in none. */
static bool too_many_attributes(struct span text)
{
	size_t i, n = 0;

	for(i = 0; i < text.len; i++) {
		if(text.s[i] == '<')
			n = 0;
		else if(text.s[i] == '=' && ++n > MAX_ATTRIBUTES)
			return true;
	}
	return false;
}

/* Value of encoding in the XML declaration; len 0: there is none. */
static struct span declared_encoding(struct span text)
{
	const struct span key = SPAN("encoding");
	size_t i, end;

	if(!span_starts(text, SPAN("<?xml")))
		return (struct span){"", 0};
	text.len = span_find(text, '>');
	for(i = 0; i + key.len <= text.len; i++)
		if(span_starts(span_skip(text, i), key)) {
			text = span_trim(span_skip(text, i + key.len));
			text = span_trim(span_skip(text, 1)); /* "=" */
			end = text.len > 0 ? span_find(span_skip(text, 1), text.s[0]) : 0;
			text = span_skip(text, 1);
			return (struct span){text.s, end};
		}
	return (struct span){"", 0};
}

/* libxml2's name of the encoding: those that it has built in. NULL: another one, for which iconv would load a table. */
static const char *known_encoding(struct span name)
{
	static const struct
	{
		struct span name;
		const char *known;
	} encodings[] = {
			{{"", 0}, "UTF-8"},
			{{"UTF-8", 5}, "UTF-8"},
			{{"UTF8", 4}, "UTF-8"},
			{{"US-ASCII", 8}, "UTF-8"},
			{{"ASCII", 5}, "UTF-8"},
			{{"ISO-8859-1", 10}, "ISO-8859-1"},
	};
	size_t i;

	for(i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
		if(span_is(name, encodings[i].name))
			return encodings[i].known;
	return NULL;
}

static enum xmldoc_error parse(
		xmlDocPtr *out, struct span text, const char *encoding)
{
	xmlParserCtxtPtr ctxt = xmlNewParserCtxt();
	struct reader reader = {XMLDOC_OK, 0};
	xmlDocPtr doc;

	if(!ctxt)
		return XMLDOC_NO_MEMORY;
	ctxt->_private = &reader;
	ctxt->sax->startElementNs = on_element;
	ctxt->sax->endElementNs = on_element_end;
	ctxt->sax->serror = on_error;
	doc = xmlCtxtReadMemory(
			ctxt, text.s, (int)text.len, NULL, encoding, OPTIONS);
	if(!doc && reader.error == XMLDOC_OK)
		reader.error = ctxt->errNo == XML_ERR_NO_MEMORY ? XMLDOC_NO_MEMORY
														: XMLDOC_MALFORMED;
	if(reader.error != XMLDOC_OK) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	xmlFreeParserCtxt(ctxt);
	*out = doc;
	return reader.error;
}

enum xmldoc_error xmldoc_read(struct _xmlDoc **out, struct span text)
{
	const struct span utf8_mark = SPAN("\xef\xbb\xbf");
	const char *encoding;

	*out = NULL;
	if(text.len > XMLDOC_MAX_OCTETS)
		return XMLDOC_TOO_BIG;
	text = span_trim(text);
	if(span_starts(text, utf8_mark))
		text = span_skip(text, utf8_mark.len);
	/* an octet order mark, or an encoding that libxml2 would guess, begins with something else */
	if(text.len == 0 || text.s[0] != '<' || memchr(text.s, 0, text.len))
		return XMLDOC_MALFORMED;
	/* by now its octets are those of ASCII, so no spelling of this can be missed */
	if(contains(text, SPAN("<!DOCTYPE")))
		return XMLDOC_DOCTYPE;
	if(too_many_attributes(text))
		return XMLDOC_TOO_BIG;
	encoding = known_encoding(declared_encoding(text));
	if(!encoding)
		return XMLDOC_ENCODING;
	return parse(out, text, encoding);
}

const char *xmldoc_error_name(enum xmldoc_error error)
{
	switch(error) {
		case XMLDOC_OK:
			return "ok";
		case XMLDOC_MALFORMED:
			return "malformed";
		case XMLDOC_TOO_BIG:
			return "too big";
		case XMLDOC_TOO_DEEP:
			return "too deep";
		case XMLDOC_DOCTYPE:
			return "document type";
		case XMLDOC_ENCODING:
			return "encoding";
		case XMLDOC_UNKNOWN:
			return "another document";
		case XMLDOC_NO_MEMORY:
			return "no memory";
	}
	return "?";
}
