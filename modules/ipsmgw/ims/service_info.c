/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The document with the service information: see service_info.h.
 */
#include "service_info.h"

#include <libxml/tree.h>

struct writer
{
	char *out;
	size_t cap, len;
};

static int put(struct writer *w, const void *s, size_t len)
{
	if(len > w->cap - w->len)
		return -1;
	if(len > 0)
		memcpy(w->out + w->len, s, len);
	w->len += len;
	return 0;
}

static bool is_element(const xmlNode *node, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE
		   && strcmp((const char *)node->name, name) == 0;
}

/* Text as it is, elements as they would be written. */
static void dump_content(xmlOutputBufferPtr to, xmlNodePtr node)
{
	for(node = node->children; node; node = node->next) {
		if(node->type == XML_ELEMENT_NODE)
			xmlNodeDumpOutput(to, node->doc, node, 0, 0, NULL);
		else if(node->type == XML_TEXT_NODE)
			xmlOutputBufferWriteString(to, (const char *)node->content);
	}
}

static int put_content(struct writer *w, xmlNodePtr node)
{
	xmlBufferPtr text = xmlBufferCreate();
	xmlOutputBufferPtr to =
			text ? xmlOutputBufferCreateBuffer(text, NULL) : NULL;
	int rc = XMLDOC_NO_MEMORY;

	if(!to)
		goto out;
	dump_content(to, node);
	if(xmlOutputBufferClose(to) < 0)
		goto out;
	rc = put(w, xmlBufferContent(text), (size_t)xmlBufferLength(text)) < 0
				 ? XMLDOC_TOO_BIG
				 : XMLDOC_OK;
out:
	xmlBufferFree(text);
	return rc;
}

static int write_service_info(struct writer *w, xmlDocPtr doc)
{
	xmlNodePtr node = xmlDocGetRootElement(doc);

	if(!is_element(node, "ims-3gpp"))
		return XMLDOC_UNKNOWN;
	for(node = node->children; node; node = node->next)
		if(is_element(node, "service-info"))
			return put_content(w, node);
	return XMLDOC_UNKNOWN;
}

/* Position of what in text, or text.len. */
static size_t find_text(struct span text, struct span what)
{
	size_t i = 0;

	while(i + what.len <= text.len) {
		i += span_find(span_skip(text, i), what.s[0]);
		if(span_starts(span_skip(text, i), what))
			return i;
		i++;
	}
	return text.len;
}

/* What stands between the tags of a document that is not well-formed, out of its CDATA section if there is one. */
static int write_between_tags(struct writer *w, struct span text)
{
	const struct span open = SPAN("<![CDATA["), close = SPAN("]]>");
	size_t end;

	text = span_skip(text, find_text(text, SPAN("<ims-3gpp")));
	text = span_skip(text, find_text(text, SPAN("<service-info")));
	text = span_skip(text, span_find(text, '>') + 1);
	end = find_text(text, SPAN("</service-info"));
	if(end == text.len)
		return XMLDOC_MALFORMED;
	text = span_trim((struct span){text.s, end});
	if(span_starts(text, open)) {
		text = span_skip(text, open.len);
		text.len = find_text(text, close);
	}
	return put(w, text.s, text.len) < 0 ? XMLDOC_TOO_BIG : 1;
}

int service_info_text(char *out, size_t cap, size_t *len, struct span document)
{
	struct writer w = {out, cap, 0};
	xmlDocPtr doc;
	int rc = xmldoc_read(&doc, document);

	if(rc == XMLDOC_OK)
		rc = write_service_info(&w, doc);
	else if(rc == XMLDOC_MALFORMED)
		rc = write_between_tags(&w, document);
	xmlFreeDoc(doc);
	*len = rc < 0 ? 0 : w.len;
	return rc;
}
