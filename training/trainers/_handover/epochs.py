"""A neural net trained epoch by epoch; shared by the net trainers."""

from collections.abc import Callable

import numpy as np
from _handover.folder import Floats, Handover, Indices  # type: ignore[import-not-found]
from sklearn.neural_network import MLPClassifier


def build_net(handover: Handover) -> MLPClassifier:
    """Return the untrained net: hidden layers of equal width, Adam, log loss."""
    params = handover.params
    return MLPClassifier(
        hidden_layer_sizes=(params["units"],) * params["layers"],
        learning_rate_init=params["rate"],
        batch_size=min(params["batch"], len(handover.lines("train"))),
        alpha=params["decay"],
        shuffle=False,  # done below: the net would shuffle each epoch the same way
        random_state=handover.seed,
    )


def fit_epochs(
    handover: Handover, net: MLPClassifier, truth: Indices, read: Callable[[str], Floats]
) -> None:
    """Train the net in place, tell what each epoch brought, and keep its best state.

    `read` gives the features of a split. The best epoch is the one with the lowest validation
    loss; after `params/patience` epochs without a better one, training ends. Without a
    validation split nothing can tell the best, so that the last epoch is kept.
    """
    epochs, patience = handover.params["epochs"], handover.params["patience"]
    features, labels = read("train"), np.unique(truth)
    judged = bool(handover.lines("validation"))
    order = np.random.default_rng(handover.seed)
    best_loss, best_epoch, best_state = np.inf, 0, _state(net)
    for epoch in range(1, epochs + 1):
        turn = order.permutation(len(truth))
        net.partial_fit(features[turn], truth[turn], classes=labels)
        loss = handover.measure_all(epoch, lambda split: handover.spread(net, read(split)))
        handover.progress(epoch, epochs, "epochs")
        if loss < best_loss or not judged:
            best_loss, best_epoch, best_state = loss, epoch, _state(net)
        elif epoch - best_epoch >= patience:
            handover.log(f"Stopped at epoch {epoch}: {patience} epochs without a better one.")
            break
    net.coefs_, net.intercepts_ = best_state
    del net._optimizer  # its memory of past steps is of no use to a finished net
    kept = "the lowest validation loss" if judged else "the last: there is no validation split"
    handover.log(f"Kept epoch {best_epoch}, {kept}.")


def _state(net: MLPClassifier) -> tuple[list[Floats], list[Floats]]:
    layers = getattr(net, "coefs_", []), getattr(net, "intercepts_", [])
    return [part.copy() for part in layers[0]], [part.copy() for part in layers[1]]
