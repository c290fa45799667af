/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Our own requests: see send.h.
 */
#include "send.h"

#include "core/parser/parse_rr.h"
#include "core/timer.h"
#include "modules/tm/h_table.h"
#include "modules/tm/timer.h"
#include "log.h"

struct tm_binds tmb;

int send_init(void)
{
	return load_tm_api(&tmb) < 0 ? -1 : 0;
}

/* The caller's function and parameter, carried by tm to the end of the transaction. */
struct completion
{
	send_done_f done;
	uint64_t param;
};

static void transaction_done(
		struct cell *t, int type, struct tmcb_params *params)
{
	struct completion *c = *params->param;
	struct sip_msg *answer = params->rpl == FAKED_REPLY ? NULL : params->rpl;

	(void)t, (void)type;
	if(!c)
		return;
	*params->param = NULL; /* tm may come again for a late answer */
	c->done(c->param, answer ? params->code : 0, answer);
	shm_free(c);
}

void send_new_dialog(str *call_id, str *local_tag, str remote_uri)
{
	tmb.generate_callid(call_id);
	tmb.generate_fromtag(local_tag, call_id, &remote_uri);
}

/* "Confirmed" also when it is a dialog in name only, so that tm lets us prepare the
 * request first and send it after its timer is set. */
static int fill_dialog(dlg_t *dialog, const struct outgoing *out)
{
	const struct send_dialog *of = out->dialog;

	memset(dialog, 0, sizeof(*dialog));
	dialog->state = DLG_CONFIRMED;
	dialog->loc_seq.is_set = 1;
	dialog->loc_uri = out->from;
	dialog->rem_uri = out->ruri;
	dialog->rem_target = out->ruri;
	dialog->send_sock = out->socket;
	if(out->next_hop.len > 0)
		dialog->dst_uri = out->next_hop;
	if(!of) {
		send_new_dialog(&dialog->id.call_id, &dialog->id.loc_tag, out->ruri);
		return 0;
	}
	dialog->id.call_id = of->call_id;
	dialog->id.loc_tag = of->local_tag;
	dialog->id.rem_tag = of->remote_tag;
	dialog->rem_uri = of->remote_uri;
	dialog->loc_seq.value = of->number - 1; /* tm counts up */
	if(of->route.len == 0)
		return 0;
	return parse_rr_body(of->route.s, of->route.len, &dialog->route_set);
}

int send_request(struct send_ref *ref, const struct outgoing *out,
		send_done_f done, uint64_t param)
{
	str method = str_init("MESSAGE");
	str headers = out->headers, body = out->body;
	struct retr_buf *request = NULL;
	char to[MASKED_MAX];
	struct completion *c;
	uac_req_t uac;
	dlg_t dialog;
	int rc = -1;

	c = shm_malloc(sizeof(*c));
	if(!c) {
		SHM_MEM_ERROR;
		return -1;
	}
	c->done = done;
	c->param = param;
	if(out->method.len > 0)
		method = out->method;
	if(fill_dialog(&dialog, out) < 0) {
		shm_free(c);
		goto out;
	}
	set_uac_req(&uac, &method, &headers, body.len > 0 ? &body : NULL, &dialog,
			TMCB_LOCAL_COMPLETED, transaction_done, c);
	if(tmb.prepare_request_within(&uac, &request) < 0 || !request) {
		LM_ERR("cannot make a request to <%s>\n", masked(to, out->ruri));
		shm_free(c);
		goto out;
	}
	request->my_T->fr_timeout = MS_TO_TICKS(out->timeout_ms);
	request->my_T->end_of_life = get_ticks_raw() + MS_TO_TICKS(out->timeout_ms);
	if(ref)
		*ref = (struct send_ref){
				request->my_T->hash_index, request->my_T->label, true};
	tmb.send_prepared_request(request);
	rc = 0;
out:
	free_rr(&dialog.route_set);
	return rc;
}

void send_quiet(struct send_ref ref)
{
	struct cell *current = tmb.t_gett(), *t = NULL;
	int branch = tmb.t_gett_branch();

	if(!ref.set)
		return;
	if(tmb.t_lookup_ident(&t, ref.hash, ref.label) > 0 && t) {
		stop_rb_retr(&t->uac[0].request);
		tmb.unref_cell(t);
	}
	tmb.t_sett(current, branch);
}
