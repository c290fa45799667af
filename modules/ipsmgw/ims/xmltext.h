/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Texts out of small XML documents and into them: what the bodies that are both read and written here share (imdn,
 * short_message_info). Plain C with libxml2; for this folder.
 */
#ifndef IPSMGW_IMS_XMLTEXT_H
#define IPSMGW_IMS_XMLTEXT_H

#include "span.h"

struct _xmlNode;

/* A caller's buffer that is filled piece by piece. */
struct xmltext
{
	char *s;
	size_t cap, len;
	bool full; /* something did not fit, or cannot stand in XML */
};

/* An element of that name, in any namespace. */
bool xmltext_is(const struct _xmlNode *node, const char *name);

/* The text in an element, without the blanks around it, put behind what is there. len 0: there is none, or it is full. */
struct span xmltext_content(struct xmltext *to, struct _xmlNode *node);

/* Write markup as it is. */
void xmltext_put(struct xmltext *to, const char *markup);

/* Write <name>text</name> with what XML needs escaped; nothing when text has len 0. Text that is no UTF-8 of characters
 * that XML has makes it full. */
void xmltext_put_element(
		struct xmltext *to, const char *name, struct span text);

#endif
