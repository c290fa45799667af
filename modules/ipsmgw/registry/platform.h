/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Shared memory and locks for the registry: Kamailio's in the module, those of the
 * C library when IPSMGW_STANDALONE is defined (tests, benchmarks). For registry/ and
 * for flow/delivery*.c.
 */
#ifndef IPSMGW_REGISTRY_PLATFORM_H
#define IPSMGW_REGISTRY_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>

#ifdef IPSMGW_STANDALONE

#include <pthread.h>
#include <stdlib.h>

typedef pthread_mutex_t registry_lock_t;

/* NULL: no memory. */
static inline void *registry_alloc(size_t size)
{
	return malloc(size);
}

static inline void registry_free(void *p)
{
	free(p);
}

static inline bool registry_lock_init(registry_lock_t *lock)
{
	return pthread_mutex_init(lock, NULL) == 0;
}

static inline void registry_lock_destroy(registry_lock_t *lock)
{
	pthread_mutex_destroy(lock);
}

static inline void registry_lock(registry_lock_t *lock)
{
	pthread_mutex_lock(lock);
}

static inline bool registry_try_lock(registry_lock_t *lock)
{
	return pthread_mutex_trylock(lock) == 0;
}

static inline void registry_unlock(registry_lock_t *lock)
{
	pthread_mutex_unlock(lock);
}

#else

#include "core/locking.h"
#include "core/mem/shm_mem.h"

typedef gen_lock_t registry_lock_t;

/* NULL: no memory. */
static inline void *registry_alloc(size_t size)
{
	return shm_malloc(size);
}

static inline void registry_free(void *p)
{
	if(p)
		shm_free(p);
}

static inline bool registry_lock_init(registry_lock_t *lock)
{
	return lock_init(lock) != NULL;
}

static inline void registry_lock_destroy(registry_lock_t *lock)
{
	(void)lock; /* it is nothing to some kinds of locks */
	lock_destroy(lock);
}

static inline void registry_lock(registry_lock_t *lock)
{
	lock_get(lock);
}

static inline bool registry_try_lock(registry_lock_t *lock)
{
	return lock_try(lock) == 0;
}

static inline void registry_unlock(registry_lock_t *lock)
{
	lock_release(lock);
}

#endif
#endif
