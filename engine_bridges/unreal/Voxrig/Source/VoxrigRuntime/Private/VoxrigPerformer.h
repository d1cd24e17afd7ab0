#pragma once

#include "CoreMinimal.h"

#include "VoxrigNative.h"
#include "VoxrigTypes.h"

class FVoxrigConnection;
class UVoxrigComponent;

/** What a component hides: the character, its connection, and who is told. Its voice shares it with the audio thread. */
class FVoxrigPerformer
	: public voxrig::plugin::CharacterListener
	, public TSharedFromThis<FVoxrigPerformer, ESPMode::ThreadSafe>
{
public:
	FVoxrigPerformer(UVoxrigComponent& InComponent, const TSharedRef<FVoxrigConnection>& InConnection);
	virtual ~FVoxrigPerformer() override;

	/** Asks for a session, and again where it is lost. */
	void Join();

	/** No session any more, and nobody is told of anything. It lives until the call that it may be in has ended. */
	void Leave();

	/** Once a frame. */
	void Update();

	voxrig::plugin::Character& GetCharacter() { return Character; }
	const voxrig::plugin::Character& GetCharacter() const { return Character; }
	int32 GetSampleRate() const { return SampleRate; }
	FVoxrigStatistics GetStatistics() const;

	//~ Begin voxrig::plugin::CharacterListener interface
	virtual void on_opened(const voxrig::Opened& Opened) override;
	virtual void on_timed(const voxrig::plugin::TimedEvent& Event) override;
	virtual void on_interrupted() override;
	virtual void on_refused(int Code, const std::string& Message, const std::string& Remedy) override;
	virtual void on_connection_lost(const std::string& Reason) override;
	virtual void on_connection_restored() override;
	//~ End voxrig::plugin::CharacterListener interface

private:
	static voxrig::plugin::SpeakerSettings MakeSettings(const UVoxrigComponent& From);
	static voxrig::OpenRequest MakeRequest(const UVoxrigComponent& From);

	TWeakObjectPtr<UVoxrigComponent> Component;
	TSharedPtr<FVoxrigConnection> Connection;
	int32 SampleRate = 0;
	EVoxrigRig Rig = EVoxrigRig::ARKit;
	float LookAheadSeconds = 0.0f;
	voxrig::plugin::Character Character;
};
