/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * message/imdn+xml: see imdn.h.
 */
#include "imdn.h"

#include <libxml/tree.h>

#include "xmltext.h"

#define OPEN                                     \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>" \
	"<imdn xmlns=\"urn:ietf:params:xml:ns:imdn\">"

static const char *const notifications[] = {
		[IMDN_DELIVERY] = "delivery-notification",
		[IMDN_PROCESSING] = "processing-notification",
		[IMDN_DISPLAY] = "display-notification",
};

#define NOTIFICATIONS (sizeof(notifications) / sizeof(notifications[0]))
#define NO_TP_STATUS (-1)

/* The statuses: their elements, in which notifications they may stand, what they are in TP-ST. */
static const struct
{
	const char *name;
	unsigned in;
	int tp_status;
} statuses[] = {
		[IMDN_DELIVERED] = {"delivered", 1u << IMDN_DELIVERY, 0x00},
		[IMDN_FAILED] = {"failed", 1u << IMDN_DELIVERY, 0x45},
		[IMDN_FORBIDDEN] = {"forbidden",
				1u << IMDN_DELIVERY | 1u << IMDN_PROCESSING
						| 1u << IMDN_DISPLAY,
				0x63},
		[IMDN_ERROR] = {"error",
				1u << IMDN_DELIVERY | 1u << IMDN_PROCESSING
						| 1u << IMDN_DISPLAY,
				0x41},
		[IMDN_PROCESSED] = {"processed", 1u << IMDN_PROCESSING, NO_TP_STATUS},
		[IMDN_STORED] = {"stored", 1u << IMDN_PROCESSING, NO_TP_STATUS},
		[IMDN_DISPLAYED] = {"displayed", 1u << IMDN_DISPLAY, NO_TP_STATUS},
		[IMDN_OTHER] = {"other", 0, NO_TP_STATUS},
};

/* Which notification an element is; -1: none. */
static int notification_of(const xmlNode *node)
{
	for(size_t i = 0; i < NOTIFICATIONS; i++)
		if(xmltext_is(node, notifications[i]))
			return (int)i;
	return -1;
}

/* The first element in <status>. */
static enum imdn_status read_status(const xmlNode *notification)
{
	const xmlNode *node = notification->children;

	while(node && !xmltext_is(node, "status"))
		node = node->next;
	for(node = node ? node->children : NULL; node; node = node->next)
		for(unsigned i = 0; i < IMDN_OTHER; i++)
			if(xmltext_is(node, statuses[i].name))
				return (enum imdn_status)i;
	return IMDN_OTHER;
}

static enum xmldoc_error read_root(
		struct imdn *out, struct xmltext *text, xmlNodePtr node)
{
	const struct
	{
		const char *name;
		struct span *to;
	} elements[] = {
			{"message-id", &out->message_id},
			{"datetime", &out->datetime},
			{"recipient-uri", &out->recipient},
			{"original-recipient-uri", &out->original_recipient},
	};
	bool notified = false;

	if(!xmltext_is(node, "imdn"))
		return XMLDOC_UNKNOWN;
	for(node = node->children; node; node = node->next) {
		int notification = notification_of(node);

		if(notification >= 0 && !notified) {
			out->notification = (enum imdn_notification)notification;
			out->status = read_status(node);
			notified = true;
		}
		for(size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
			if(elements[i].to->len == 0 && xmltext_is(node, elements[i].name))
				*elements[i].to = xmltext_content(text, node);
	}
	if(text->full)
		return XMLDOC_TOO_BIG;
	return notified && out->message_id.len > 0 ? XMLDOC_OK : XMLDOC_UNKNOWN;
}

enum xmldoc_error imdn_parse(
		struct imdn *out, char *text, size_t cap, struct span document)
{
	const struct span nothing = {"", 0};
	struct xmltext to = {text, cap, 0, false};
	xmlDocPtr doc;
	enum xmldoc_error error;

	*out = (struct imdn){
			IMDN_DELIVERY, IMDN_OTHER, nothing, nothing, nothing, nothing};
	error = xmldoc_read(&doc, document);
	if(error != XMLDOC_OK)
		return error;
	error = read_root(out, &to, xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
	return error;
}

int imdn_build(char *out, size_t cap, size_t *len, const struct imdn *in)
{
	struct xmltext to = {out, cap, 0, false};

	*len = 0;
	if((unsigned)in->notification >= NOTIFICATIONS
			|| (unsigned)in->status >= IMDN_OTHER || in->message_id.len == 0
			|| !(statuses[in->status].in >> in->notification & 1))
		return -1;
	xmltext_put(&to, OPEN);
	xmltext_put_element(&to, "message-id", in->message_id);
	xmltext_put_element(&to, "datetime", in->datetime);
	if(in->recipient.len > 0 && in->original_recipient.len > 0) {
		xmltext_put_element(&to, "recipient-uri", in->recipient);
		xmltext_put_element(
				&to, "original-recipient-uri", in->original_recipient);
	}
	xmltext_put(&to, "<");
	xmltext_put(&to, notifications[in->notification]);
	xmltext_put(&to, "><status><");
	xmltext_put(&to, statuses[in->status].name);
	xmltext_put(&to, "/></status></");
	xmltext_put(&to, notifications[in->notification]);
	xmltext_put(&to, "></imdn>");
	if(to.full)
		return -1;
	*len = to.len;
	return 0;
}

int imdn_tp_status(const struct imdn *in)
{
	if(in->notification != IMDN_DELIVERY)
		return NO_TP_STATUS;
	return statuses[in->status].tp_status;
}

const char *imdn_status_name(enum imdn_status status)
{
	return statuses[status].name;
}
