/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Our own MESSAGE requests: see send.h.
 */
#include "send.h"

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
	int status = params->code;

	(void)t, (void)type;
	if(!c)
		return;
	*params->param = NULL; /* tm may come again for a late answer */
	if(params->rpl == FAKED_REPLY)
		status = 0;
	c->done(c->param, status);
	shm_free(c);
}

/* A dialog in name only: no remote tag, and "confirmed" so that tm lets us prepare
 * the request first and send it after its timer is set. */
static void fill_dialog(
		dlg_t *dialog, const struct outgoing *out, str *call_id, str *tag)
{
	memset(dialog, 0, sizeof(*dialog));
	dialog->id.call_id = *call_id;
	dialog->id.loc_tag = *tag;
	dialog->state = DLG_CONFIRMED;
	dialog->loc_seq.is_set = 1;
	dialog->loc_uri = out->from;
	dialog->rem_uri = out->ruri;
	dialog->rem_target = out->ruri;
	if(out->next_hop.len > 0)
		dialog->dst_uri = out->next_hop;
	dialog->send_sock = out->socket;
}

int send_message(struct send_ref *ref, const struct outgoing *out,
		send_done_f done, uint64_t param)
{
	str method = str_init("MESSAGE");
	str headers = out->headers, body = out->body;
	str call_id, tag, ruri = out->ruri;
	struct retr_buf *request = NULL;
	char to[MASKED_MAX];
	struct completion *c;
	uac_req_t uac;
	dlg_t dialog;

	c = shm_malloc(sizeof(*c));
	if(!c) {
		SHM_MEM_ERROR;
		return -1;
	}
	c->done = done;
	c->param = param;
	tmb.generate_callid(&call_id);
	tmb.generate_fromtag(&tag, &call_id, &ruri);
	fill_dialog(&dialog, out, &call_id, &tag);
	set_uac_req(&uac, &method, &headers, body.len > 0 ? &body : NULL, &dialog,
			TMCB_LOCAL_COMPLETED, transaction_done, c);
	if(tmb.prepare_request_within(&uac, &request) < 0 || !request) {
		LM_ERR("cannot make a request to <%s>\n", masked(to, out->ruri));
		shm_free(c);
		return -1;
	}
	request->my_T->fr_timeout = MS_TO_TICKS(out->timeout_ms);
	request->my_T->end_of_life = get_ticks_raw() + MS_TO_TICKS(out->timeout_ms);
	if(ref)
		*ref = (struct send_ref){
				request->my_T->hash_index, request->my_T->label, true};
	tmb.send_prepared_request(request);
	return 0;
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
