/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Relay mode: see relay.h.
 */
#include "relay.h"

#include "core/action.h"
#include "core/data_lump.h"
#include "core/dset.h"
#include "core/receive.h"
#include "core/msg_translator.h"
#include "core/parser/parse_content.h"
#include "core/parser/parse_from.h"
#include "modules/tm/h_table.h"
#include "send.h"
#include "submitted.h"

/* What is meant for the IMS and not for a hub; Content-Type comes anew with the body. */
static const struct span ims_only[] = {
		{"Route", 5},
		{"Accept-Contact", 14},
		{"a", 1},
		{"Reject-Contact", 14},
		{"j", 1},
		{"Request-Disposition", 19},
		{"d", 1},
		{"Feature-Caps", 12},
		{"P-Asserted-Identity", 19},
		{"P-Preferred-Identity", 20},
		{"P-Asserted-Service", 18},
		{"P-Preferred-Service", 19},
		{"P-Access-Network-Info", 21},
		{"P-Visited-Network-ID", 20},
		{"P-Called-Party-ID", 17},
		{"P-Associated-URI", 16},
		{"P-Served-User", 13},
		{"P-Charging-Vector", 17},
		{"P-Charging-Function-Addresses", 29},
		{"Security-Verify", 15},
		{"Security-Client", 15},
		{"Security-Server", 15},
		{"Proxy-Require", 13},
		{"Content-Type", 12},
		{"c", 1},
		{"Content-Transfer-Encoding", 25},
		{"Date", 4},
};

static bool is_ims_only(const struct hdr_field *h)
{
	size_t i;

	for(i = 0; i < sizeof(ims_only) / sizeof(ims_only[0]); i++)
		if(span_is(span_of(h->name), ims_only[i]))
			return true;
	return false;
}

/* Insert a copy of text at the anchor. */
static int insert(struct lump *anchor, const char *text, size_t len)
{
	char *copy = anchor ? pkg_malloc(len + 1) : NULL;

	if(!copy)
		return -1;
	memcpy(copy, text, len);
	if(insert_new_lump_after(anchor, copy, (int)len, 0))
		return 0;
	pkg_free(copy);
	return -1;
}

/* Put text in the place of old. */
static int replace(struct sip_msg *msg, str old, const char *text, size_t len)
{
	return insert(
			del_lump(msg, (int)(old.s - msg->buf), old.len, 0), text, len);
}

static int replace_headers(struct sip_msg *msg, const struct hub_form *form)
{
	char line[2 * HUB_URI_MAX];
	struct hdr_field *h;
	int n;

	if(parse_from_header(msg) < 0)
		return -1;
	for(h = msg->headers; h; h = h->next)
		if(is_ims_only(h)
				&& !del_lump(msg, (int)(h->name.s - msg->buf), h->len, 0))
			return -1;
	n = snprintf(line, sizeof(line), "<%s>;tag=%.*s", form->from,
			get_from(msg)->tag_value.len, ZSW(get_from(msg)->tag_value.s));
	if(n >= (int)sizeof(line)
			|| replace(msg, msg->from->body, line, (size_t)n) < 0)
		return -1;
	n = snprintf(line, sizeof(line), "<%s>", form->ruri);
	if(replace(msg, msg->to->body, line, (size_t)n) < 0)
		return -1;
	return insert(anchor_lump(msg, (int)(msg->unparsed - msg->buf), 0, 0),
			form->headers, form->headers_len);
}

/* To the end of the datagram: what follows the old body there is not to be sent. */
static int replace_body(struct sip_msg *msg, const str *body)
{
	char *old = get_body(msg);
	int len = old ? (int)(msg->buf + msg->len - old) : 0;

	if(!old)
		return -1;
	if(len > 0 && !del_lump(msg, (int)(old - msg->buf), len, 0))
		return -1;
	if(body->len == 0)
		return 0;
	return insert(anchor_lump(msg, (int)(old - msg->buf), 0, 0), body->s,
			(size_t)body->len);
}

enum hub_sent relay_encode(struct job *job, struct sip_msg *msg,
		struct sms *sms, enum hub_body kind)
{
	char name[SUBMITTED_NAME_LEN + 1];
	struct hub_form form;
	str body, next_hop, ruri;
	enum hub_sent rc;

	submitted_remember(name, job, sms, job->call_id);
	rc = hub_form_of(&form, &body, &next_hop, job, msg, sms, kind,
			(struct span){name, strlen(name)});
	if(rc != HUB_IS_SENT)
		return rc;
	if(replace_headers(msg, &form) < 0 || replace_body(msg, &body) < 0) {
		LM_ERR("cannot change the request into the hub's form\n");
		return HUB_NOT_SENT;
	}
	if(msg->dst_uri.len == 0 && set_dst_uri(msg, &next_hop) < 0)
		return HUB_NOT_SENT;
	ruri = (str){form.ruri, (int)form.ruri_len};
	return rewrite_uri(msg, &ruri) < 0 ? HUB_NOT_SENT : HUB_IS_SENT;
}

int relay_request(struct sip_msg *out)
{
	struct cell *t = tmb.t_gett();
	struct sip_msg *request;
	char *copy;

	if(!t || t == T_UNDEFINED || !t->uas.request)
		return -1;
	request = t->uas.request;
	copy = pkg_malloc(request->len + 1);
	if(!copy) {
		PKG_MEM_ERROR;
		return -1;
	}
	memcpy(copy, request->buf, request->len);
	copy[request->len] = '\0';
	if(build_sip_msg_from_buf(out, copy, (int)request->len, inc_msg_no()) < 0) {
		pkg_free(copy);
		return -1;
	}
	out->rcv = request->rcv;
	return 0;
}

void relay_request_free(struct sip_msg *msg)
{
	char *copy = msg->buf;

	free_sip_msg(msg);
	pkg_free(copy);
}

int relay_result(struct sip_msg *msg)
{
	struct cell *t = tmb.t_gett();
	int branch;

	if(msg->first_line.type == SIP_REPLY)
		return (int)msg->first_line.u.reply.statuscode;
	if(!t || t == T_UNDEFINED)
		return HUB_RESULT_UNSENT;
	branch = tmb.t_get_picked_branch();
	if(branch < 0 || branch >= t->nr_of_outgoings)
		return HUB_RESULT_UNSENT;
	if(t->uac[branch].reply == FAKED_REPLY)
		return HUB_RESULT_TIMEOUT;
	return t->uac[branch].last_received;
}
