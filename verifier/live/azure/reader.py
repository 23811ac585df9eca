"""Azure's reader: a request in, the SDK call for it, and how it ended."""

from __future__ import annotations

import json

from verifier.errors import AccessError
from verifier.live.arm_id import ArmId
from verifier.live.azure.answers import Unusable, outcome
from verifier.live.azure.clients import Clients
from verifier.live.azure.credential import NEXT_STEP, SharedCredential, default_credential
from verifier.live.azure.reads import Call, NoReading, make
from verifier.live.azure.tape import Tape
from verifier.live.documents import Failed, Outcome, Request
from verifier.live.endpoints import Endpoints
from verifier.live.trace import Trace


class AzureReader:
    """Reads Azure Resource Manager. Safe to use from many threads."""

    def __init__(
        self, endpoints: Endpoints, *, credential: SharedCredential | None = None, trace: Trace | None = None
    ) -> None:
        self._endpoints = endpoints
        self._clients = Clients(endpoints, credential or default_credential(endpoints.cloud, trace=trace), trace=trace)

    def read(self, request: Request, /) -> Outcome:
        """How reading this ended.

        Raises AccessError when there is no credential, no connection to the endpoint, or Azure refuses the token;
        WriteAttempted if this were ever more than a read.
        """
        from azure.core.exceptions import AzureError, IncompleteReadError, ServiceRequestError, ServiceResponseError

        from verifier.live.wire import reason

        parsed = ArmId.parse(request.path)
        if parsed is None:
            return Failed(because=f"{request.path} is not the id of an Azure resource")
        tape = Tape(request)
        try:
            make(Call(clients=self._clients, id=parsed, request=request, hook=tape.hook))
        except (Unusable, NoReading) as error:
            return Failed(because=str(error))
        except ServiceRequestError as error:
            raise self._no_connection(reason(error)) from None
        except (ServiceResponseError, IncompleteReadError) as error:
            return Failed(because=f"the answer did not come: {reason(error)}")
        except (AzureError, ValueError, TypeError, AttributeError, KeyError) as error:
            # A refusal, or a body that the SDK makes no model of. What came over the wire decides, if anything came.
            if not tape.answers:
                return Failed(because=f"{type(error).__name__}: {error}".partition("\n")[0])
        if tape.answers[-1].status == 401:
            raise self._refused(tape.answers[-1].body)
        return outcome(request, tape.answers)

    def _no_connection(self, why: str) -> AccessError:
        return AccessError(
            f"no connection to {self._endpoints.resource_manager}: {why}",
            where="--arm-endpoint" if self._endpoints.arm else "",
            expected="a server that answers as Azure Resource Manager does",
            next_step="check the address, the network, and HTTPS_PROXY if there is a proxy in between",
        )

    def _refused(self, body: bytes) -> AccessError:
        try:
            said = json.loads(body)["error"]
            why = f"{said['code']}: {said['message']}"
        except (ValueError, KeyError, TypeError):
            why = "HTTP 401"
        return AccessError(
            f"{self._endpoints.resource_manager} refuses the token ({why})",
            expected="a token of the tenant that the subscription is in",
            next_step=NEXT_STEP,
        )
