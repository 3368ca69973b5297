package io.freshet.streaming.recommendation;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.RecommendationRequest;
import io.freshet.streaming.Received;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * What comes from a user: a click, or a request.
 *
 * @param click null where there is a request
 * @param request null where there is a click
 */
public record UserEvent(Received<ClickEvent> click, Received<RecommendationRequest> request) {
  static final TypeInformation<UserEvent> TYPE =
      Types.POJO(
          UserEvent.class,
          Map.of(
              "click", Received.type(ClickEvent.class),
              "request", Received.type(RecommendationRequest.class)));

  static UserEvent ofClick(Received<ClickEvent> click) {
    return new UserEvent(click, null);
  }

  static UserEvent ofRequest(Received<RecommendationRequest> request) {
    return new UserEvent(null, request);
  }

  String userId() {
    return click != null ? click.value().userId() : request.value().userId();
  }
}
