/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Diameter side of the gateway against the HSS of the tests, with real freeDiameter processes on 127.0.0.1. Run from the
 * top folder; the argument is an empty folder to work in.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"

int main(int argc, char **argv)
{
	Suite *suite = suite_create("node");
	SRunner *runner;
	int failed;

	if(argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return EXIT_FAILURE;
	}
	node_work = argv[1];
	suite_add_tcase(suite, node_commands());
	suite_add_tcase(suite, node_endings());
	suite_add_tcase(suite, node_incoming());
	suite_add_tcase(suite, node_process());
	suite_add_tcase(suite, node_configuration());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
