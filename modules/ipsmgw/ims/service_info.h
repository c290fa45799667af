/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The service information of a third-party REGISTER: application/3gpp-ims+xml (TS 24.229 7.6) and the text in it, which
 * the operator writes as he likes into the filter criteria. Plain C with libxml2 for the document only.
 */
#ifndef IPSMGW_IMS_SERVICE_INFO_H
#define IPSMGW_IMS_SERVICE_INFO_H

#include "identity.h"
#include "span.h"
#include "xmldoc.h"

/* How the operator writes the text. */
enum service_info_format
{
	SERVICE_INFO_AUTO,	/* each of these in turn, the last to the first */
	SERVICE_INFO_BARE,	/* 447700900001: digits alone */
	SERVICE_INFO_PAIRS, /* msisdn=447700900001;imsi=001010000000101 */
	SERVICE_INFO_XML,	/* <msisdn>447700900001</msisdn><imsi>...</imsi> */
};

/* The format's name in a parameter: auto, bare, pairs, xml. 0, or -1: no such format. */
int service_info_format_parse(enum service_info_format *out, struct span name);

/* The content of <service-info> as text, CDATA and escapes resolved, elements written out; *len octets at out.
 * XMLDOC_OK; 1: the same, but the document was not well-formed (an S-CSCF that takes CDATA off leaves a bare "&") and
 * the text was taken from between the tags; or an error below 0: XMLDOC_UNKNOWN when the root is not ims-3gpp or there is
 * no service-info, XMLDOC_TOO_BIG also when the text does not fit. */
int service_info_text(char *out, size_t cap, size_t *len, struct span document);

struct subscriber_numbers
{
	char msisdn[MSISDN_MAX_DIGITS + 1]; /* digits without "+"; "": none */
	char imsi[IMSI_MAX_DIGITS + 1];		/* "": none */
};

/* MSISDN and IMSI of a text in that format. Bare digits are an IMSI when they are 14 or 15 without "+". Of two values the
 * first counts; what cannot be a number is none. 0, or -1: neither is there. */
int service_info_numbers(struct subscriber_numbers *out, struct span text,
		enum service_info_format format);

#endif
