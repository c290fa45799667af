/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * XML from the network into a libxml2 tree, so that no document costs more than it is worth: bounded in size and depth,
 * no document type, hence no entities but the five of XML, only encodings that need no table from disk, nothing read
 * from disk or network, nothing printed. The one place where a document is parsed; called by the bodies of this folder.
 */
#ifndef IPSMGW_IMS_XMLDOC_H
#define IPSMGW_IMS_XMLDOC_H

#include "span.h"

#define XMLDOC_MAX_OCTETS 65536
#define XMLDOC_MAX_DEPTH 32

struct _xmlDoc;

enum xmldoc_error
{
	XMLDOC_OK = 0,
	XMLDOC_MALFORMED = -1, /* not well-formed, or no XML at all */
	XMLDOC_TOO_BIG = -2,
	XMLDOC_TOO_DEEP = -3,
	XMLDOC_DOCTYPE = -4,  /* it has a document type */
	XMLDOC_ENCODING = -5, /* other than UTF-8, US-ASCII and ISO-8859-1 */
	XMLDOC_UNKNOWN = -6,  /* well-formed, but not the document asked for */
	XMLDOC_NO_MEMORY = -7,
};

/* Prepare libxml2: once, before the process forks. Cleanup: once, at the end of the main process. */
void xmldoc_init(void);
void xmldoc_cleanup(void);

/* Parse a document; blanks around it are passed over. XMLDOC_OK and *out, to be released with xmlFreeDoc(), or why it
 * was refused and *out NULL. */
enum xmldoc_error xmldoc_read(struct _xmlDoc **out, struct span text);

/* The error in a word, for logs. */
const char *xmldoc_error_name(enum xmldoc_error error);

#endif
