/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The way of a job to a hub (EMG): a MESSAGE of our own in the hub's form.
 */
#ifndef IPSMGW_FLOW_HUB_H
#define IPSMGW_FLOW_HUB_H

#include "../ims/hub_form.h"
#include "job.h"
#include "sms.h"

enum hub_sent
{
	HUB_IS_SENT = 1,
	HUB_NOT_SENT =
			-1, /* no hub, no memory, no socket: the attempt failed at once */
	HUB_NOT_TEXT =
			-2, /* another form than HUB_OPAQUE was asked for what is no text */
	HUB_SETTLED =
			-3, /* the job has its outcome, a hub took it, or an attempt is open */
	HUB_NO_DESTINATION = -4,
	HUB_NO_FORM = -7, /* an identity is too long for the hub's form */
};

/* Make the hub's form of the job's short message. The hub is named by msg's $du, else by the
 * R-URI that the script has set; *next_hop is where to send. message_id: as in struct hub_form_in. */
enum hub_sent hub_form_of(struct hub_form *form, str *body, str *next_hop,
		const struct job *job, struct sip_msg *msg, struct sms *sms,
		enum hub_body kind, struct span message_id);

/* Send the job to the hub; what it answers goes to mo_attempt_result(). */
enum hub_sent hub_send(struct job *job, struct sip_msg *msg, struct sms *sms,
		enum hub_body kind);

#endif
