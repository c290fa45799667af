/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Loading the registry from its database and writing it there: see store.h.
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/mem/shm_mem.h"
#include "core/pt.h"
#include "core/rand/kam_rand.h"
#include "core/sr_module.h"
#include "../store/connection.h"
#include "registry.h"
#include "store_db.h"
#include "store_follow.h"

#define IDLE_MS 1000	 /* between looks without being called */
#define FOLLOW_MS 200	 /* between looks for what other gateways did */
#define RETRY_MS 1000	 /* between tries while the database is down */
#define LOG_SECONDS 60	 /* between lines about that */
#define SWEEP_SECONDS 10 /* between deletions of rows that expired */
#define LOCK_MS 100		 /* at the end: no lock is held longer by who lives */
#define LAST_PASS_SECONDS 3

/* Shared by all processes, each word changed atomically. */
struct shared
{
	uint64_t committed;
	uint64_t loaded, unreadable, no_room;
	uint64_t written, deleted, followed, commits, failures;
	bool up, loaded_all, called;
};

static struct shared *shared;
static struct store_hooks hooks;
static int call_pipe[2] = {-1, -1}; /* an octet calls the writer */
static bool with_others;			/* the database is shared */
static char gateway[17];			/* who we are among them, while we run */

static void add(uint64_t *counter, uint64_t n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

static uint64_t read_word(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* --- life ----------------------------------------------------------------- */

int store_init(const struct store_options *options)
{
	if(connection_bind(&options->url) < 0)
		return -1;
	if(pipe(call_pipe) < 0 || fcntl(call_pipe[0], F_SETFL, O_NONBLOCK) < 0
			|| fcntl(call_pipe[1], F_SETFL, O_NONBLOCK) < 0) {
		LM_ERR("no pipe to the database process: %s\n", strerror(errno));
		return -1;
	}
	shared = shm_malloc(sizeof(*shared));
	if(!shared) {
		LM_ERR("no shared memory for the database process\n");
		return -1;
	}
	memset(shared, 0, sizeof(*shared));
	hooks = options->hooks;
	with_others = options->shared;
	snprintf(gateway, sizeof(gateway), "%08x%08x", (unsigned)kam_rand(),
			(unsigned)kam_rand());
	register_procs(1);
	cfg_register_child(1);
	return 0;
}

void store_destroy(void)
{
	if(shared)
		shm_free(shared);
	shared = NULL;
}

void store_call(void)
{
	/* one octet for all who call before the writer looks */
	if(!shared || __atomic_exchange_n(&shared->called, true, __ATOMIC_SEQ_CST))
		return;
	if(write(call_pipe[1], "", 1) < 0 && errno != EAGAIN)
		LM_ERR("cannot call the database process: %s\n", strerror(errno));
}

void store_notify(uint64_t serial)
{
	if(serial > store_committed())
		store_call();
}

bool store_is_used(void)
{
	return shared != NULL;
}

uint64_t store_committed(void)
{
	return shared ? read_word(&shared->committed) : 0;
}

bool store_is_up(void)
{
	return shared && __atomic_load_n(&shared->up, __ATOMIC_ACQUIRE);
}

void store_stats(struct store_stats *out)
{
	*out = (struct store_stats){0};
	if(!shared)
		return;
	*out = (struct store_stats){
			.up = store_is_up(),
			.loaded = read_word(&shared->loaded),
			.unreadable = read_word(&shared->unreadable),
			.written = read_word(&shared->written),
			.deleted = read_word(&shared->deleted),
			.followed = read_word(&shared->followed),
			.commits = read_word(&shared->commits),
			.failures = read_word(&shared->failures),
			.committed = store_committed(),
	};
}

/* --- loading -------------------------------------------------------------- */

static void load_row(const struct row *row, void *arg)
{
	int64_t now = *(const int64_t *)arg;
	struct registration reg;
	int result = row_read(&reg, row) == 0 ? registry_load(&reg, now)
										  : REGISTRY_INVALID;

	if(result == REGISTRY_FULL || result == REGISTRY_NO_MEMORY)
		add(&shared->no_room, 1);
	if(result == REGISTRY_INVALID)
		add(&shared->unreadable, 1);
	else if(result >= 0)
		add(&shared->loaded, 1);
}

/* All rows, page by page. 0, or -1: the database failed meanwhile. */
static int load_all(void)
{
	struct store_db_place place = {0};
	int64_t now = time(NULL);
	int rows;

	if(store_db_delete_expired(now) < 0 || (with_others && follow_begin() < 0))
		return -1;
	do {
		rows = store_db_read(&place, load_row, &now);
	} while(rows > 0);
	if(rows < 0 || (hooks.load_more && hooks.load_more() < 0))
		return -1;
	__atomic_store_n(&shared->loaded_all, true, __ATOMIC_RELEASE);
	return 0;
}

static int check(void)
{
	if(store_db_check(with_others) < 0)
		return -1;
	return hooks.check_more ? hooks.check_more() : 0;
}

static void tell_loaded(void)
{
	LM_INFO("registrations from the database: %llu, and %llu rows that cannot "
			"be read\n",
			(unsigned long long)shared->loaded,
			(unsigned long long)shared->unreadable);
	if(shared->no_room > 0)
		LM_ERR("%llu registrations of the database have no room: registry_max "
			   "records are there, or no shared memory\n",
				(unsigned long long)shared->no_room);
}

static bool is_loaded(void)
{
	return __atomic_load_n(&shared->loaded_all, __ATOMIC_ACQUIRE);
}

void store_bury(struct span impu)
{
	if(shared && !is_loaded())
		registry_bury(impu);
}

int store_load(void)
{
	int rc = 0;

	if(!shared)
		return 0;
	if(connection_open() < 0) {
		LM_ERR("the database cannot be reached: registrations are kept in "
			   "memory until it is\n");
		return 0;
	}
	if(check() < 0)
		rc = -1;
	else if(load_all() < 0)
		LM_ERR("the database failed while registrations were read; they will "
			   "be read again\n");
	else {
		__atomic_store_n(&shared->up, true, __ATOMIC_RELEASE);
		tell_loaded();
	}
	/* a connection is not shared with the processes to come */
	connection_close();
	return rc;
}

/* --- writing -------------------------------------------------------------- */

/* One change in the open transaction, which has that number. 0, or -1. */
static int write_change(const struct registration *reg,
		enum registry_change what, int64_t number)
{
	static struct row row;
	int rc = what == REGISTRY_DELETE ? row_write_key(&row, reg->impu[0])
									 : row_write(&row, reg);

	if(rc < 0) {
		LM_BUG("a registration is no row\n");
		return 0;
	}
	row.text[ROW_WRITTEN_BY] = (struct span){gateway, strlen(gateway)};
	row.number[ROW_CHANGED_IN] = number;
	return what == REGISTRY_WRITE ? store_db_write(&row)
		   : with_others		  ? store_db_mark_gone(&row)
								  : store_db_delete(&row);
}

/* The next changes of the pass in one transaction. Their number; 0: the pass is over, -1: nothing was committed. */
static int write_group(struct registry_pass *pass)
{
	static struct registration reg;
	enum registry_change what = registry_pass_next(&reg, pass);
	unsigned written = 0, deleted = 0;

	if(what == REGISTRY_NO_CHANGE)
		return 0;
	if(connection_begin() < 0
			|| (with_others && store_db_take_number(&pass->number) < 0))
		return -1;
	while(what != REGISTRY_NO_CHANGE) {
		if(write_change(&reg, what, pass->number) < 0)
			return -1;
		if(what == REGISTRY_WRITE)
			written++;
		else
			deleted++;
		if(written + deleted == STORE_GROUP_ROWS)
			break;
		what = registry_pass_next(&reg, pass);
	}
	if(connection_commit() < 0)
		return -1;
	registry_pass_commit(pass);
	add(&shared->written, written);
	add(&shared->deleted, deleted);
	add(&shared->commits, 1);
	return (int)(written + deleted);
}

static volatile sig_atomic_t ending;
static volatile uint64_t ending_since; /* ms */

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Workers end at once when they are told to, also with a lock in their hands. */
static bool lock_is_orphan(void)
{
	return ending && now_ms() > ending_since + LOCK_MS;
}

/* Everything that changed until now. 0, or -1: some of it waits for the next time. */
static int write_pass(void)
{
	struct registry_pass pass;
	int rc;

	/* who changes something from now on calls again */
	__atomic_store_n(&shared->called, false, __ATOMIC_SEQ_CST);
	registry_pass_begin(&pass, lock_is_orphan);
	do {
		rc = write_group(&pass);
	} while(rc > 0);
	if(rc < 0) {
		registry_pass_abort(&pass);
		return -1;
	}
	if(!pass.left_out && pass.serial > store_committed()) {
		__atomic_store_n(&shared->committed, pass.serial, __ATOMIC_RELEASE);
		if(hooks.committed)
			hooks.committed(pass.serial);
	}
	return 0;
}

/* --- the writer's process ------------------------------------------------- */

static bool connected;

/* What is done from time to time. 0, or -1. */
static int follow_and_sweep(void)
{
	static uint64_t followed_ms, swept_ms;
	uint64_t now = now_ms();
	int rows;

	if(with_others && now >= followed_ms + FOLLOW_MS) {
		rows = follow_changes(
				(struct span){gateway, strlen(gateway)}, hooks.gone);
		if(rows < 0)
			return -1;
		add(&shared->followed, (uint64_t)rows);
		followed_ms = now;
	}
	if(now >= swept_ms + SWEEP_SECONDS * 1000) {
		if(store_db_delete_expired(time(NULL)) < 0)
			return -1;
		swept_ms = now;
	}
	return 0;
}

static int connect_and_load(void)
{
	if(connected)
		return 0;
	if(connection_open() < 0)
		return -1;
	connected = true;
	if(is_loaded())
		return 0;
	/* what has changed meanwhile is newer than the rows */
	return check() < 0 || write_pass() < 0 || load_all() < 0 ? -1 : 0;
}

static void went_well(void)
{
	if(!__atomic_exchange_n(&shared->up, true, __ATOMIC_ACQ_REL))
		LM_NOTICE("the database is back, and knows all registrations\n");
}

/* One line a minute; those of the drivers are kept back while it is known to be down. */
static void went_wrong(void)
{
	static time_t logged;
	struct registry_stats registry;
	time_t now = time(NULL);

	__atomic_store_n(&shared->up, false, __ATOMIC_RELEASE);
	add(&shared->failures, 1);
	if(connected)
		connection_close();
	connected = false;
	if(hooks.failed)
		hooks.failed();
	if(logged != 0 && now < logged + LOG_SECONDS)
		return;
	logged = now;
	registry_stats(&registry);
	reset_local_debug_level();
	LM_ERR("the database fails: registrations are kept in memory, %llu changes "
		   "wait for it\n",
			(unsigned long long)registry.changed);
}

static int look(void)
{
	bool was_up = store_is_up(), was_loaded = is_loaded();
	int rc;

	if(!was_up)
		set_local_debug_level(L_CRIT);
	rc = connect_and_load() < 0 || write_pass() < 0
						 || (hooks.write_more && hooks.write_more() < 0)
						 || follow_and_sweep() < 0
				 ? -1
				 : 0;
	if(!was_up)
		reset_local_debug_level();
	if(is_loaded() && !was_loaded)
		tell_loaded();
	if(rc < 0)
		went_wrong();
	else
		went_well();
	return rc;
}

static timer_t last_pass;

/* A transaction is not cut off. But other locks of those that were told to end, too, may be waited for here. */
static void on_end(int signo)
{
	static const struct itimerspec limit = {
			.it_value.tv_sec = LAST_PASS_SECONDS};

	(void)signo;
	if(ending)
		return;
	timer_settime(last_pass, 0, &limit, NULL);
	ending_since = now_ms();
	ending = 1;
}

static void take_signals(void)
{
	struct sigevent kill = {
			.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};

	if(timer_create(CLOCK_MONOTONIC, &kill, &last_pass) < 0)
		LM_ERR("no timer for the end: %s\n", strerror(errno));
	signal(SIGTERM, on_end);
	signal(SIGINT, on_end);
}

static void drain_calls(void)
{
	char octets[64];

	while(read(call_pipe[0], octets, sizeof(octets)) > 0)
		;
}

void store_writer_loop(void)
{
	struct pollfd calls = {.fd = call_pipe[0], .events = POLLIN};
	bool failing = false;

	take_signals();
	while(!ending) {
		/* while the database is down nobody's call is a reason to try */
		poll(&calls, failing ? 0 : 1,
				failing		  ? RETRY_MS
				: with_others ? FOLLOW_MS
							  : IDLE_MS);
		drain_calls();
		cfg_update();
		failing = look() < 0;
	}
	/* what came while the signal did */
	look();
	/* what libraries registered to run at exit may wait for a lock that a fork has copied */
	_exit(0);
}

int store_fork(void)
{
	int pid;

	if(!shared)
		return 0;
	pid = fork_process(PROC_XWORKER, "ipsmgw database", 1);
	if(pid < 0) {
		LM_ERR("cannot start the database process\n");
		return -1;
	}
	if(pid > 0)
		return 0;
	if(cfg_child_init() < 0)
		exit(1);
	store_writer_loop();
	return 0;
}
