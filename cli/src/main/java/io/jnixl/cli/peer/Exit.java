// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

/** Exit statuses, for the commands' own help as well. */
final class Exit {
    static final int OK = 0;
    static final int WRONG = 1;
    static final int ERROR = 2;
    static final int TIMEOUT = 3;

    static final String OK_MEANS = "0:all was verified";
    static final String WRONG_MEANS = "1:wrong bytes, a wrong answer, or a wrong number of notifications";
    static final String ERROR_MEANS = "2:the command line is wrong, or the library reported an error";
    static final String TIMEOUT_MEANS = "3:the partner did not come or answer within --timeout, or is gone";

    private Exit() {}
}
